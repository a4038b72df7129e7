import assert from "node:assert/strict";
import { OperatingError } from "@scrim/errors";
import type { Documents, Kind } from "./kinds.ts";
import { documentOf, isKeepable, type KeptRow, type Row, rowOf } from "./row.ts";
import type { ReadTransaction, Transaction, Where } from "./store.ts";

/** The most that is found at once. */
const FOUND_MAX = 1_000;

/** How long a transaction may last: a writer that hangs would stop all others, of all processes. */
const TRANSACTION_MS_MAX = 10_000;

/** What is asked of a database, checked: texts that it can keep, whole seconds, a limit. */
export type Query = Where & { readonly limit: number };

/** What a database does inside a transaction. Failures of its own are `STORE_UNUSABLE`. */
export interface RowReader {
  get(kind: Kind, id: string): Promise<KeptRow | undefined>;
  find(kind: Kind, query: Query): Promise<readonly KeptRow[]>;
}
export interface RowWriter extends RowReader {
  put(row: Row): Promise<void>;
  remove(kind: Kind, id: string): Promise<void>;
}

/** What the work on a transaction came to. */
export interface Outcome<T> {
  readonly result: T;
  /** Whether anything was put or removed. */
  readonly isChanged: boolean;
}

/**
 * Lets `work` read and write in a transaction that is open. What it does is done one after the other, also what it didn't wait for; all is done,
 * and nothing more is taken, once this settles.
 *
 * @throws what `work` throws. {@link OperatingError} `STORE_UNUSABLE` where an operation failed, though `work` has caught it: what is left would
 * be half of it; or where it takes too long
 */
export async function runWork<T>(
  rows: RowWriter,
  work: (transaction: Transaction) => Promise<T>,
): Promise<Outcome<T>> {
  const transaction = new OpenTransaction(rows);
  try {
    const result = await withinTime(work(transaction));
    return { result, isChanged: await transaction.finish() };
  } finally {
    await transaction.finish().catch(() => undefined);
  }
}

/** As {@link runWork}, for what only reads. */
export async function runReading<T>(
  rows: RowReader,
  work: (transaction: ReadTransaction) => Promise<T>,
): Promise<T> {
  const { result } = await runWork(
    {
      get: (kind, id) => rows.get(kind, id),
      find: (kind, query) => rows.find(kind, query),
      put: () => assert.fail("put in a transaction that only reads"),
      remove: () => assert.fail("remove in a transaction that only reads"),
    },
    work,
  );
  return result;
}

class OpenTransaction implements Transaction {
  readonly #rows: RowWriter;
  #last: Promise<unknown> = Promise.resolve();
  #failure: unknown;
  #isFailed = false;
  #isOpen = true;
  #isChanged = false;

  constructor(rows: RowWriter) {
    this.#rows = rows;
  }

  async get<K extends Kind>(kind: K, id: string): Promise<Documents[K] | undefined> {
    if (!isKeepable(id)) return undefined;
    const row = await this.#next(() => this.#rows.get(kind, id));
    return row && documentOf(kind, row);
  }

  async find<K extends Kind>(kind: K, where: Where): Promise<readonly Documents[K][]> {
    const { tenant, states, person, dueBy, createdFrom, after } = where;
    for (const time of [dueBy, createdFrom]) assert(time === undefined || Number.isSafeInteger(time));
    const limit = Math.min(where.limit ?? FOUND_MAX, FOUND_MAX);
    assert(Number.isSafeInteger(limit) && limit >= 0);
    const texts = [tenant, person, after].filter((text) => text !== undefined);
    const keepable = states?.filter(isKeepable);
    if (limit === 0 || keepable?.length === 0 || !texts.every(isKeepable)) return [];
    const query = { ...where, limit, ...(keepable !== undefined && { states: keepable }) };
    const rows = await this.#next(() => this.#rows.find(kind, query));
    return rows.map((row) => documentOf(kind, row));
  }

  async put<K extends Kind>(kind: K, document: Documents[K]): Promise<void> {
    const row = rowOf(kind, document);
    await this.#change(() => this.#rows.put(row));
  }

  async remove(kind: Kind, id: string): Promise<void> {
    if (isKeepable(id)) await this.#change(() => this.#rows.remove(kind, id));
  }

  /** Takes nothing more, and waits for what it has taken; says whether that changed anything. */
  async finish(): Promise<boolean> {
    this.#isOpen = false;
    await this.#last;
    if (this.#isFailed) throw this.#failure;
    return this.#isChanged;
  }

  async #change(operation: () => Promise<void>): Promise<void> {
    this.#isChanged = true;
    await this.#next(operation);
  }

  async #next<T>(operation: () => Promise<T>): Promise<T> {
    if (!this.#isOpen) throw new OperatingError("STORE_UNUSABLE", "a transaction is over that is still used");
    const done = this.#last.then(() => {
      if (this.#isFailed) throw this.#failure;
      return operation();
    });
    this.#last = done.catch((error) => {
      this.#failure = error;
      this.#isFailed = true;
    });
    return await done;
  }
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new OperatingError(
        "STORE_UNUSABLE",
        `a transaction took more than ${TRANSACTION_MS_MAX / 1000} seconds`,
      ),
    );
  }, TRANSACTION_MS_MAX);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
