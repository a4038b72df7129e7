import { randomUUID } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import type { Batch } from "../batch.ts";
import { keptBytes } from "../kept-bytes.ts";
import type { Outlet, Queue, QueuedBatch } from "../queue.ts";
import type { Clock } from "./clock.ts";

/**
 * How long a client is kept waiting for room. SDKs give up after 10 s, and what slows them down costs nothing, while what
 * is refused is lost with those that don't try again.
 */
const ROOM_MS_MAX = 5_000;

/** What a batch costs beside its bytes, so that very many very small ones are bounded too. */
const BATCH_BYTES = 1_024;

export interface MemoryQueueOptions {
  /** What may wait for an exporter at present. One batch is let in whatever its size. */
  bytesMax(exporter: string): number;
  readonly clock: Clock;
}

/**
 * A queue that lives as long as the process (`ack: memory`). Each exporter has its own room, so that one that is away
 * takes none from others; the bytes of a batch are shared by all.
 */
export function createMemoryQueue({ bytesMax, clock }: MemoryQueueOptions): Queue {
  const lanes = new Map<string, Lane>();
  const queue = randomUUID();
  let sequence = 0;

  function laneOf(exporter: string): Lane {
    const known = lanes.get(exporter);
    if (known !== undefined) return known;
    const lane = new Lane(queue, () => bytesMax(exporter));
    lanes.set(exporter, lane);
    return lane;
  }

  return {
    async append(batch, exporters) {
      const wanted = exporters.map(laneOf);
      const timeUp = clock.now() + ROOM_MS_MAX;
      for (let full: Lane | undefined; (full = wanted.find((lane) => !lane.hasRoom(batch))) !== undefined; ) {
        const leftMs = timeUp - clock.now();
        if (leftMs <= 0) throw new OperatingError("QUEUE_FULL", "too much waits in memory for a destination");
        await full.untilRoom(clock, leftMs);
      }
      const kept = { ...batch, bytes: keptBytes(batch.bytes) };
      const queued: QueuedBatch = { batch: kept, sequence: ++sequence, accepted_at_ms: Date.now() };
      for (const lane of wanted) lane.add(queued);
    },
    outlet: laneOf,
  };
}

/** What waits for one exporter. */
class Lane implements Outlet {
  readonly queue: string;
  items = 0;
  /** Of what waits, and of what was taken and not settled. */
  bytes = 0;
  readonly #bytesMax: () => number;
  /** Batches not taken yet, oldest first, from `#first` on. */
  #waiting: (QueuedBatch | undefined)[] = [];
  #first = 0;
  readonly #settled = new Set<() => void>();
  readonly #added = new Set<() => void>();

  constructor(queue: string, bytesMax: () => number) {
    this.queue = queue;
    this.#bytesMax = bytesMax;
  }

  get bytes_max(): number {
    return this.#bytesMax();
  }

  hasRoom(batch: Batch): boolean {
    return this.bytes === 0 || this.bytes + costOf(batch) <= this.bytes_max;
  }

  /** Until there is more room than before, or the time is up. */
  async untilRoom(clock: Clock, leftMs: number): Promise<void> {
    const over = new AbortController();
    const more = () => over.abort();
    this.#settled.add(more);
    await clock.sleep(leftMs, over.signal);
    this.#settled.delete(more);
  }

  add(queued: QueuedBatch): void {
    this.#waiting.push(queued);
    this.items += queued.batch.items;
    this.bytes += costOf(queued.batch);
    for (const call of this.#added) call();
  }

  async take(): Promise<QueuedBatch | undefined> {
    const queued = this.#waiting[this.#first];
    if (queued === undefined) return undefined;
    this.#waiting[this.#first++] = undefined;
    // Now and then, so that it costs nothing in the mean.
    if (this.#first * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#first);
      this.#first = 0;
    }
    return queued;
  }

  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || this.#first < this.#waiting.length) return resolve();
      const end = () => {
        this.#added.delete(end);
        signal.removeEventListener("abort", end);
        resolve();
      };
      this.#added.add(end);
      signal.addEventListener("abort", end, { once: true });
    });
  }

  settle({ batch }: QueuedBatch): void {
    this.items -= batch.items;
    this.bytes -= costOf(batch);
    for (const call of this.#settled) call();
  }
}

function costOf({ bytes }: Batch): number {
  return bytes.length + BATCH_BYTES;
}
