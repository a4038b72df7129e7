import type { Batch } from "./batch.ts";
import type { LifeCycle } from "./component.ts";

/** Where batches wait for their destinations once their client was answered: in memory, or on the disk. */
export interface Queue extends LifeCycle {
  /**
   * Takes a batch over for the exporters that are named. Resolves when it is as safe as this queue makes things; only
   * then may the client be told. Where there is no room it waits a bounded time first, which slows clients down.
   *
   * @throws {OperatingError} and nothing of the batch is kept: `QUEUE_FULL` or `QUEUE_FAILED`, and it may be sent again; `TOO_LARGE`, and there
   *   will never be room for it
   */
  append(batch: Batch, exporters: readonly string[]): Promise<void>;
  /** What waits for one exporter; the same outlet every time. An exporter that nobody has asked for keeps its batches. */
  outlet(exporter: string): Outlet;
}

/** A queue on the disk, with a place for what destinations refuse. */
export interface DurableQueue extends Queue {
  readonly deadLetters: DeadLetters;
}

/** One exporter's way out of a queue. Others share the bytes, and none waits for another. */
export interface Outlet {
  /** Tells its queue from all others there are: random, and where the queue is on the disk the same after a restart. */
  readonly queue: string;
  /** The oldest batch that was not taken yet; undefined where there is none at present. */
  take(): Promise<QueuedBatch | undefined>;
  /** Resolves as soon as there may be something to take, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  /** The end of a batch that was taken: it is never given out again. Until then a restart gives it out once more. */
  settle(queued: QueuedBatch): void;
  /** Items that wait, and those taken and not settled. */
  readonly items: number;
  /** Bytes that these take up in the queue. */
  readonly bytes: number;
  /** Bytes that they may. */
  readonly bytes_max: number;
}

/** A batch on its way out of a queue. */
export interface QueuedBatch {
  /** As it was accepted, but for what is only known while a request is at hand: `client` and `removed` may be empty. */
  readonly batch: Batch;
  /** Rises with every batch of a queue, also over restarts. */
  readonly sequence: number;
  /** Milliseconds since 1970, by the wall clock when it was accepted. */
  readonly accepted_at_ms: number;
}

/** Where redacted batches are kept that a destination refuses for good, until somebody looks into it. */
export interface DeadLetters {
  /**
   * @throws {OperatingError} `QUEUE_FULL` where as much is kept as may be; `QUEUE_FAILED` where the disk fails or is full, which may
   *   pass
   */
  append(batch: Batch, exporter: string, reason: string): Promise<void>;
}
