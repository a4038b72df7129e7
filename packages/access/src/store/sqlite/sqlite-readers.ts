import type { DatabaseSync } from "node:sqlite";
import { OperatingError } from "@scrim/errors";
import { openReader, type Sqlite } from "./sqlite-file.ts";
import { SqliteRows } from "./sqlite-rows.ts";

/** Read transactions at once; more wait. */
const READERS_MAX = 8;
/** Read transactions that may wait. */
const WAITING_MAX = 1_000;

export interface Reader {
  readonly database: DatabaseSync;
  readonly rows: SqliteRows;
}

/** Connections that only read, lent to one transaction at a time: each sees what was committed when it began. */
export class SqliteReaders {
  readonly #sqlite: Sqlite;
  readonly #path: string;
  readonly #idle: Reader[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #lent = 0;
  #isClosed = false;
  /** Rises when the connections that there are must not be lent again. */
  #age = 0;

  constructor(sqlite: Sqlite, path: string) {
    this.#sqlite = sqlite;
    this.#path = path;
  }

  /** Lends a connection to `action`. One on which it fails isn't lent again. */
  async lend<T>(action: (reader: Reader) => Promise<T>): Promise<T> {
    await this.#takePlace();
    const age = this.#age;
    let reader: Reader | undefined;
    try {
      reader = this.#idle.pop() ?? this.#open();
      const result = await action(reader);
      if (age === this.#age) this.#idle.push(reader);
      else reader.database.close();
      return result;
    } catch (error) {
      reader?.database.close();
      throw error;
    } finally {
      this.#givePlaceBack();
    }
  }

  /** Lets go of all connections; of those that are lent when they come back. */
  drop(): void {
    this.#age++;
    for (const { database } of this.#idle.splice(0)) database.close();
  }

  /** Resolves once all connections are closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.drop();
    if (this.#lent > 0) await this.#ended.promise;
  }

  #open(): Reader {
    if (this.#isClosed) throw new OperatingError("STORE_UNUSABLE", "is closed", { path: this.#path });
    const database = openReader(this.#sqlite, this.#path);
    return { database, rows: new SqliteRows(database, this.#path) };
  }

  async #takePlace(): Promise<void> {
    if (this.#lent < READERS_MAX) {
      this.#lent++;
      return;
    }
    if (this.#waiting.length >= WAITING_MAX) {
      throw new OperatingError("STORE_UNUSABLE", `more than ${WAITING_MAX} readers wait`, {
        path: this.#path,
      });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve)); // it takes the place of one that has ended
  }

  #givePlaceBack(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#lent--;
    else next();
    if (this.#isClosed && this.#lent === 0) this.#ended.resolve();
  }
}
