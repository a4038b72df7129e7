import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { PostgresStore, SqliteStore, type Store } from "../src/index.ts";
import { BINARIES, Cluster } from "./postgres/cluster.ts";

/** A place where stores of one kind keep the same documents. */
export interface Place {
  /** Another store over the same documents, as another process would have. */
  open(): Promise<Store>;
  /** What `store-process.ts` opens the same from. */
  readonly argument: string;
  /** Runs SQL past the store, as somebody would who has the database. Both know `documents`. */
  tamper(sql: string): Promise<void>;
  remove(): Promise<void>;
}

/** A kind of stores. */
export interface StoreKind {
  readonly name: string;
  readonly isThere: boolean;
  start(): Promise<void>;
  place(): Promise<Place>;
  stop(): Promise<void>;
}

export const sqlite: StoreKind = {
  name: "SQLite",
  isThere: true,
  start: async () => undefined,
  stop: async () => undefined,
  async place() {
    const folder = mkdtempSync(join(tmpdir(), "scrim-store-"));
    const path = join(folder, "access.db");
    return {
      open: () => SqliteStore.open({ path }),
      argument: `sqlite:${path}`,
      async tamper(sql) {
        const { DatabaseSync } = await import("node:sqlite");
        const database = new DatabaseSync(path);
        database.exec(sql);
        database.close();
      },
      remove: async () => rmSync(folder, { recursive: true }),
    };
  },
};

let cluster: Cluster | undefined;
let databases = 0;

/** Runs SQL on a database of the cluster. */
async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

export const postgres: StoreKind = {
  name: BINARIES === undefined ? "PostgreSQL (skipped: initdb and postgres are not installed)" : "PostgreSQL",
  isThere: BINARIES !== undefined,
  async start() {
    cluster = await Cluster.start();
  },
  async stop() {
    await cluster?.remove();
  },
  async place() {
    const own = cluster!;
    const name = `access_${++databases}`;
    await runSql(own.url("postgres"), `CREATE DATABASE ${name}`);
    const url = own.url(name);
    return {
      open: () => PostgresStore.open({ url }),
      argument: url,
      tamper: (sql) => runSql(url, `SET search_path = scrim_access; ${sql}`),
      remove: () => runSql(own.url("postgres"), `DROP DATABASE ${name} WITH (FORCE)`),
    };
  },
};

export const KINDS_OF_STORES = [sqlite, postgres];
