import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { OperatingError } from "@scrim/errors";
import pg from "pg";
import { ChangeListeners } from "../change-listeners.ts";
import { type Outcome, runReading, runWork } from "../run-work.ts";
import type { ReadTransaction, Store, Transaction } from "../store.ts";
import { Turns } from "../turns.ts";
import { PostgresChanges } from "./postgres-changes.ts";
import { postgresFailure } from "./postgres-failure.ts";
import { PostgresRows } from "./postgres-rows.ts";
import {
  BEGIN_READING,
  BEGIN_WRITING,
  migrate,
  NOTE_CHANGE,
  SCHEMA_VERSION,
  tooNew,
} from "./postgres-schema.ts";
import { checkPostgresUrl } from "./postgres-url.ts";

const WAITING_MAX = 1_000;
const CONNECT_MS_MAX = 5_000;
/** Longer than the server's own limits: for one that doesn't answer at all. */
const ANSWER_MS_MAX = 15_000;
const KEEP_ALIVE_MS = 10_000;

export interface PostgresStoreOptions {
  /** The database's address, as {@link readPostgresUrl} gives it. It holds a password: nothing prints it. */
  readonly url: string;
  /** Connections at once, beside the one that hears of changes: 8 unless told. */
  readonly connectionsMax?: number;
}

/** A store in a PostgreSQL database, for any number of machines. It connects again by itself. */
export class PostgresStore implements Store {
  readonly #pool: pg.Pool;
  readonly #turns = new Turns(WAITING_MAX);
  readonly #listeners = new ChangeListeners();
  readonly #changes: PostgresChanges;
  /** Set inside the work of a writer, to which another one would wait for ever. */
  readonly #writing = new AsyncLocalStorage<{ isOver: boolean }>();
  readonly #underWay = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  private constructor({ url, connectionsMax = 8 }: PostgresStoreOptions) {
    const config: pg.ClientConfig = {
      connectionString: checkPostgresUrl(url, "postgres"),
      application_name: "scrim-access",
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: ANSWER_MS_MAX,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    };
    this.#pool = new pg.Pool({ ...config, max: connectionsMax });
    this.#pool.on("error", () => undefined); // of an idle connection, which the pool has let go
    // For as long as there is a connection, also while it is being ended: what is asked next on it fails.
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
    this.#changes = new PostgresChanges(config, () => this.#listeners.tell());
  }

  /**
   * @throws {OperatingError} `CONFIG_INVALID` where the address is none, or doesn't say whether TLS protects the way; `STORE_UNUSABLE` where the
   * server can't be reached or used, or its tables are a newer version's
   */
  static async open(options: PostgresStoreOptions): Promise<PostgresStore> {
    const store = new PostgresStore(options);
    try {
      await store.#lend(async (client) => ({ done: await migrate(client), isUsable: true }));
      await store.#changes.start();
      return store;
    } catch (error) {
      await store.close();
      throw postgresFailure("can't be opened", error);
    }
  }

  async read<T>(work: (transaction: ReadTransaction) => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    return await this.#counted(
      this.#transact(BEGIN_READING, async (rows) => ({
        result: await runReading(rows, work),
        isChanged: false,
      })),
    );
  }

  async write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    assert(this.#writing.getStore()?.isOver !== false, "a write inside a write would wait for itself");
    const turn = { isOver: false };
    const run = (rows: PostgresRows) =>
      this.#writing
        .run(turn, () => runWork(rows, work))
        .finally(() => {
          turn.isOver = true;
        });
    return await this.#counted(this.#turns.take(() => this.#transact(BEGIN_WRITING, run)));
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Waits for the transactions that have begun. */
  async close(): Promise<void> {
    this.#closed ??= this.#close();
    await this.#closed;
  }

  async #close(): Promise<void> {
    this.#listeners.clear();
    await Promise.allSettled(this.#underWay);
    await this.#changes.close();
    await this.#pool.end();
  }

  async #transact<T>(begin: string, work: (rows: PostgresRows) => Promise<Outcome<T>>): Promise<T> {
    const done = await this.#lend(async (client) => {
      await asked("can't be used", () => client.query(begin));
      const [done] = await Promise.allSettled([work(new PostgresRows(client))]);
      if (done.status === "rejected" && isStoreFailure(done.reason)) throw done.reason;
      if (done.status === "rejected" || !done.value.isChanged)
        return { done, isUsable: await rollBack(client) };
      await this.#commit(client);
      return { done, isUsable: true };
    });
    if (done.status === "rejected") throw done.reason;
    return done.value.result;
  }

  async #commit(client: pg.PoolClient): Promise<void> {
    const { rows } = await asked("can't be written", () =>
      client.query<{ number: string }>(NOTE_CHANGE, [SCHEMA_VERSION]),
    );
    if (rows[0] === undefined) throw tooNew();
    const { command } = await asked("may or may not have been written", () => client.query("COMMIT"));
    // PostgreSQL answers so where a statement before has failed.
    if (command !== "COMMIT")
      throw new OperatingError("STORE_UNUSABLE", "can't be written", { path: "postgres" });
    this.#changes.note(Number(rows[0].number));
  }

  /** Lends a connection to `action`. One on which it rejects is ended, which ends its transaction on the server. */
  async #lend<T>(
    action: (client: pg.PoolClient) => Promise<{ readonly done: T; readonly isUsable: boolean }>,
  ): Promise<T> {
    const client = await asked("can't be reached", () => this.#pool.connect());
    let isUsable = false;
    try {
      const ended = await action(client);
      isUsable = ended.isUsable;
      return ended.done;
    } finally {
      client.release(!isUsable);
    }
  }

  async #counted<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  #mustBeOpen(): void {
    if (this.#closed === undefined) return;
    throw new OperatingError("STORE_UNUSABLE", "is closed", { path: "postgres" });
  }
}

async function asked<T>(what: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (cause) {
    throw postgresFailure(what, cause);
  }
}

async function rollBack(client: pg.PoolClient): Promise<boolean> {
  return await client.query("ROLLBACK").then(
    () => true,
    () => false,
  );
}

function isStoreFailure(error: unknown): boolean {
  return error instanceof OperatingError && error.code === "STORE_UNUSABLE";
}
