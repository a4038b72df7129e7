import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { CHANNEL, LAST_CHANGE } from "./postgres-schema.ts";

/** How often is looked whether there were changes that nobody was told of: where a proxy swallows notifications, say. */
const POLL_MS = 1_000;
const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 2_000;

/** Hears of commits, of any process, on a connection of its own, which it makes again whenever it breaks. */
export class PostgresChanges {
  readonly #config: pg.ClientConfig;
  readonly #tell: () => void;
  readonly #closing = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #seen = 0;

  constructor(config: pg.ClientConfig, tell: () => void) {
    this.#config = config;
    this.#tell = tell;
  }

  /** @throws what the server does, where it can't be heard at first */
  async start(): Promise<void> {
    const client = await this.#connect();
    this.#seen = await lastChange(client);
    this.#running = this.#run(client);
  }

  /** Takes notice of a change, which has this number. They are committed in the order of their numbers. */
  note(number: number): void {
    if (!(number > this.#seen)) return;
    this.#seen = number;
    this.#tell();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(first: pg.Client): Promise<void> {
    for (
      let client: pg.Client | undefined = first, backoffMs = BACKOFF_MS_MIN;
      !this.#closing.signal.aborted;
    ) {
      if (client !== undefined) {
        backoffMs = BACKOFF_MS_MIN;
        await this.#listen(client);
      }
      await this.#wait(backoffMs * (0.5 + Math.random() / 2));
      backoffMs = Math.min(2 * backoffMs, BACKOFF_MS_MAX);
      if (this.#closing.signal.aborted) return;
      client = await this.#connect().catch(() => undefined);
      this.#seen = -1; // who knows what happened meanwhile: a standby that took over may even be behind
    }
  }

  /** Returns once the connection is lost, or this is closed. */
  async #listen(client: pg.Client): Promise<void> {
    try {
      while (!this.#closing.signal.aborted) {
        this.note(await lastChange(client));
        await this.#wait(POLL_MS, client);
      }
    } catch {
      // It is made again.
    }
    await end(client);
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config);
    client.on("error", () => undefined); // the next query fails
    client.on("notification", ({ payload }) => this.note(Number(payload)));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      return client;
    } catch (error) {
      await end(client);
      throw error;
    }
  }

  /** Waits so long; less where the connection ends, or this is closed. */
  async #wait(ms: number, client?: pg.Client): Promise<void> {
    const lost = new AbortController();
    const onEnd = () => lost.abort();
    client?.once("end", onEnd);
    const signal = AbortSignal.any([this.#closing.signal, lost.signal]);
    await delay(ms, undefined, { signal }).catch(() => undefined);
    client?.off("end", onEnd);
  }
}

async function lastChange(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ number: string }>(LAST_CHANGE);
  return Number(rows[0]?.number);
}

async function end(client: pg.Client): Promise<void> {
  await client.end().catch(() => undefined);
}
