import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { OperatingError } from "@scrim/errors";
import { ChangeListeners } from "../change-listeners.ts";
import { type Outcome, runReading, runWork } from "../run-work.ts";
import type { ReadTransaction, Store, Transaction } from "../store.ts";
import { Turns } from "../turns.ts";
import { isBusy, sqliteFailure } from "./sqlite-failure.ts";
import { type FileIdentity, identityOf, openWriter, prepareFile, type Sqlite } from "./sqlite-file.ts";
import { SqliteReaders } from "./sqlite-readers.ts";
import { SqliteRows } from "./sqlite-rows.ts";
import { checkSchema, firstValue } from "./sqlite-schema.ts";

/** How often is looked whether another process has written. */
const POLL_MS = 250;
/** How long a writer waits for those of other processes. */
const LOCK_MS_MAX = 10_000;
/** Between two tries to be the one that writes: by chance, so that processes don't wait in step. */
const RETRY_MS_MAX = 8;
const WAITING_MAX = 1_000;
const DATA_VERSION = "PRAGMA data_version";

export interface SqliteStoreOptions {
  /** The file; its folder must be there, on a local disk. It is made, of mode 0600, where there is none. */
  readonly path: string;
}

interface Writer {
  readonly database: DatabaseSync;
  readonly rows: SqliteRows;
  readonly identity: FileIdentity;
  /** Changes with the commits of other processes, not with those of this connection. Undefined where some may have been missed. */
  dataVersion: unknown;
}

/**
 * A store in a file, for one machine; several processes may share it. SQLite holds up the process for as long as the disk takes: some
 * milliseconds a commit.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { SqliteStore } from "@scrim/access";
 *
 * const store = await SqliteStore.open({ path: join(mkdtempSync(join(tmpdir(), "access-")), "access.db") });
 * const service = { id: '["pay","production"]', tenant: "shop", service: "pay", environment: "production", keys: [] };
 * await store.write((transaction) => transaction.put("service", service));
 * const found = await store.read((transaction) => transaction.find("service", { tenant: "shop" }));
 * console.log(found.map(({ service }) => service)); // [ 'pay' ]
 * await store.close();
 * ```
 */
export class SqliteStore implements Store {
  readonly #sqlite: Sqlite;
  readonly #path: string;
  readonly #turns = new Turns(WAITING_MAX);
  readonly #readers: SqliteReaders;
  readonly #listeners = new ChangeListeners();
  /** Set inside the work of a writer, to which another one would wait for ever. */
  readonly #writing = new AsyncLocalStorage<{ isOver: boolean }>();
  readonly #poll: NodeJS.Timeout;
  #writer: Writer | undefined;
  #isBusy = false;
  #isClosed = false;

  private constructor(sqlite: Sqlite, path: string) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#readers = new SqliteReaders(sqlite, path);
    this.#writer = this.#open();
    this.#writer.dataVersion = firstValue(this.#writer.database, DATA_VERSION);
    this.#poll = setInterval(() => this.#look(), POLL_MS).unref();
  }

  /** @throws {OperatingError} `STORE_UNUSABLE` where the file can't be opened, others may read it, or it is another program's or version's */
  static async open({ path }: SqliteStoreOptions): Promise<SqliteStore> {
    const sqlite = await import("node:sqlite");
    const whole = resolve(path);
    try {
      prepareFile(whole);
      return new SqliteStore(sqlite, whole);
    } catch (error) {
      throw sqliteFailure("can't be opened", whole, error);
    }
  }

  async read<T>(work: (transaction: ReadTransaction) => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    return await this.#readers
      .lend(async ({ database, rows }) => {
        database.exec("BEGIN");
        checkSchema(database, this.#path); // from here on it sees what is committed now
        const result = await runReading(rows, work);
        database.exec("ROLLBACK");
        return result;
      })
      .catch((error) => {
        throw sqliteFailure("can't be read", this.#path, error);
      });
  }

  async write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    this.#mustBeOpen();
    assert(this.#writing.getStore()?.isOver !== false, "a write inside a write would wait for itself");
    const { result, isChanged } = await this.#turns.take(async () => {
      this.#isBusy = true;
      return await this.#write(work).finally(() => {
        this.#isBusy = false;
      });
    });
    if (isChanged) this.#listeners.tell();
    return result;
  }

  onChange(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Waits for the transactions that have begun. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#poll);
    this.#listeners.clear();
    await this.#turns.settled();
    await this.#readers.close();
    this.#drop();
  }

  async #write<T>(work: (transaction: Transaction) => Promise<T>): Promise<Outcome<T>> {
    const { database, rows } = await this.#begin();
    const turn = { isOver: false };
    try {
      checkSchema(database, this.#path);
      const outcome = await this.#writing.run(turn, () => runWork(rows, work));
      database.exec(outcome.isChanged ? "COMMIT" : "ROLLBACK");
      return outcome;
    } catch (cause) {
      const error = sqliteFailure("can't be written", this.#path, cause);
      this.#rollBack(database, error);
      throw error;
    } finally {
      turn.isOver = true;
    }
  }

  /** Takes the file's write lock. SQLite itself would hold up the process while it waits. */
  async #begin(): Promise<Writer> {
    for (const deadline = Date.now() + LOCK_MS_MAX; ; ) {
      try {
        const writer = this.#current();
        writer.database.exec("BEGIN IMMEDIATE");
        return writer;
      } catch (error) {
        if (!isBusy(error)) this.#drop();
        if (!isBusy(error) || Date.now() > deadline) {
          throw sqliteFailure("can't be written", this.#path, error);
        }
      }
      await delay(Math.random() * RETRY_MS_MAX);
    }
  }

  /** Where SQLite has failed, who knows what state the connection is in: the next writer opens another. */
  #rollBack(database: DatabaseSync, error: unknown): void {
    try {
      if (database.isTransaction) database.exec("ROLLBACK");
      if (!(error instanceof OperatingError)) return;
    } catch {
      // Closing it rolls back as well.
    }
    this.#drop();
  }

  /** Tells of what other processes have committed. */
  #look(): void {
    if (this.#isBusy) return; // nobody else commits meanwhile
    try {
      const writer = this.#current();
      const dataVersion = firstValue(writer.database, DATA_VERSION);
      if (dataVersion === writer.dataVersion) return;
      writer.dataVersion = dataVersion;
      this.#listeners.tell();
    } catch (error) {
      if (!isBusy(error)) this.#drop();
    }
  }

  /** The connection to the file that has the name now. */
  #current(): Writer {
    if (this.#writer !== undefined && identityOf(this.#path) !== this.#writer.identity) {
      throw new OperatingError("STORE_UNUSABLE", "was removed or replaced under a running process", {
        path: this.#path,
        hint: "end all processes that use it before a backup takes its place",
      });
    }
    this.#writer ??= this.#open();
    return this.#writer;
  }

  #open(): Writer {
    const identity = identityOf(this.#path);
    const database = openWriter(this.#sqlite, this.#path);
    return { database, rows: new SqliteRows(database, this.#path), identity, dataVersion: undefined };
  }

  #drop(): void {
    this.#writer?.database.close();
    this.#writer = undefined;
    this.#readers.drop();
  }

  #mustBeOpen(): void {
    if (this.#isClosed) throw new OperatingError("STORE_UNUSABLE", "is closed", { path: this.#path });
  }
}
