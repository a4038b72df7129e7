import type { Signal } from "@scrim/wire";
import type { Batch } from "../batch.ts";
import type { QueuedBatch } from "../queue.ts";
import type { SendingQueue } from "./sending-queue.ts";

/** Batches of one signal that are sent as one request, or, where that is too large, as several. */
export interface Shipment {
  readonly batch: Batch;
  /** What it was made of: all end with it. */
  readonly sources: readonly QueuedBatch[];
}

/** Batches put together so far. */
interface Pile {
  readonly sources: QueuedBatch[];
  bytes: number;
  /** When it has waited long enough. */
  readonly dueMs: number;
}

/**
 * Puts batches together by signal until they are worth a request, or have waited long enough. Requests that follow one
 * another on the wire are one request in protobuf, so nothing is decoded. Profiles refer to a dictionary of their own
 * request, and always go alone.
 */
export class Piles {
  readonly #piles = new Map<Signal, Pile>();
  readonly #ready: Shipment[] = [];
  readonly #settings: () => SendingQueue["batch"];

  /** @param settings asked each time, as they may change */
  constructor(settings: () => SendingQueue["batch"]) {
    this.#settings = settings;
  }

  add(queued: QueuedBatch, nowMs: number): void {
    const { signal, bytes } = queued.batch;
    const { flush_timeout, min_size, max_size } = this.#settings();
    const before = this.#piles.get(signal);
    if (before !== undefined && before.bytes + bytes.length > max_size) this.#close(signal);
    const pile = this.#piles.get(signal) ?? { sources: [], bytes: 0, dueMs: nowMs + flush_timeout };
    this.#piles.set(signal, pile);
    pile.sources.push(queued);
    pile.bytes += bytes.length;
    if (pile.bytes >= Math.min(min_size, max_size) || signal === "profiles") this.#close(signal);
  }

  /** Whether something is worth a request now, or has waited long enough. */
  isReady(nowMs: number): boolean {
    return this.#ready.length > 0 || (this.#piles.size > 0 && this.dueMs <= nowMs);
  }

  /** When something will have waited long enough; infinite where nothing waits. */
  get dueMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#piles.values()].map((pile) => pile.dueMs));
  }

  /** The next request; undefined unless {@link isReady}. */
  take(nowMs: number): Shipment | undefined {
    for (const [signal, { dueMs }] of this.#piles) if (dueMs <= nowMs) this.#close(signal);
    return this.#ready.shift();
  }

  #close(signal: Signal): void {
    const { sources } = this.#piles.get(signal)!;
    this.#piles.delete(signal);
    this.#ready.push({ sources, batch: together(sources.map(({ batch }) => batch)) });
  }
}

function together(batches: readonly Batch[]): Batch {
  const [first] = batches;
  if (batches.length === 1) return first!;
  return {
    signal: first!.signal,
    bytes: Buffer.concat(batches.map(({ bytes }) => bytes)),
    items: batches.reduce((sum, { items }) => sum + items, 0),
    client: { address: undefined },
    removed: sumOf(batches.map(({ removed }) => removed)),
    approvals_checked: batches.every(({ approvals_checked }) => approvals_checked),
  };
}

function sumOf(counts: readonly ReadonlyMap<string, number>[]): ReadonlyMap<string, number> {
  const sum = new Map<string, number>();
  for (const [what, n] of counts.flatMap((one) => [...one])) sum.set(what, (sum.get(what) ?? 0) + n);
  return sum;
}
