import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteStore, type Store } from "../src/index.ts";

/** A place where stores of one kind keep the same documents. */
export interface Place {
  /** Another store over the same documents, as another process would have. */
  open(): Promise<Store>;
  /** What `store-process.ts` opens the same from. */
  readonly argument: string;
  remove(): Promise<void>;
}

export interface StoreKind {
  readonly name: string;
  place(): Promise<Place>;
}

export const sqlite: StoreKind = {
  name: "SQLite",
  async place() {
    const folder = mkdtempSync(join(tmpdir(), "scrim-store-"));
    const path = join(folder, "access.db");
    return {
      open: () => SqliteStore.open({ path }),
      argument: `sqlite:${path}`,
      remove: async () => rmSync(folder, { recursive: true }),
    };
  },
};
