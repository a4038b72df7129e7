import type { AccessEntry, Log } from "@scrim/pipeline";
import type { Signal } from "@scrim/wire";
import { REFUSALS, type RefusalReason } from "./refusal.ts";

/** What becomes known of one request on its way, for the log of requests. */
export class AccessRecord {
  signal: Signal | undefined;
  client: string | undefined;
  items = 0;
  bytes = 0;
  readonly #receiver: string;
  readonly #protocol: string;
  readonly #log: Log;
  readonly #startedAt = performance.now();

  constructor(receiver: string, protocol: string, log: Log) {
    this.#receiver = receiver;
    this.#protocol = protocol;
    this.#log = log;
  }

  /** @param reason why it was refused; undefined where it wasn't */
  end(reason?: RefusalReason): void {
    const entry: AccessEntry = {
      receiver: this.#receiver,
      protocol: this.#protocol,
      signal: this.signal,
      outcome: reason === undefined ? "success" : REFUSALS[reason].outcome,
      reason,
      items: this.items,
      bytes: this.bytes,
      duration_ms: performance.now() - this.#startedAt,
      client: this.client,
    };
    this.#log.access?.(entry);
  }
}
