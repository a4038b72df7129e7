import type { KeyEntry } from "./key-entry.ts";
import { SqlText } from "./sql-text.ts";
import type { TextHost } from "./text-host.ts";

/** Whether the key of a text says that it has a structure of its own, whatever it looks like. */
export function isByKind({ decision: { text } }: KeyEntry): boolean {
  return text === "sql";
}

/** Takes texts apart whose structure their key tells. */
export class ByKindText {
  readonly #sql: SqlText;

  constructor(host: TextHost) {
    this.#sql = new SqlText(host);
  }

  read(start: number, end: number, entry: KeyEntry): void {
    this.#sql.read(start, end, entry);
  }
}
