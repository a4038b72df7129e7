import { countItems, type Signal } from "@scrim/wire";

/** Who sent a batch. */
export interface ClientInfo {
  /** Address of the peer; undefined where there is none. Not to be put on labels or into records. */
  readonly address: string | undefined;
}

/**
 * One export request on its way through a pipeline. Immutable and shared: pipelines and exporters all see the same
 * bytes, so nobody writes to them.
 */
export interface Batch {
  readonly signal: Signal;
  /** An OTLP export request in protobuf. */
  readonly bytes: Buffer;
  /** Log records, spans, data points or profiles in it. */
  readonly items: number;
  readonly client: ClientInfo;
  /** What policy processors removed from it so far: how many values of each class, never what they were. */
  readonly removed: ReadonlyMap<string, number>;
}

const NOTHING_REMOVED: ReadonlyMap<string, number> = new Map();

/**
 * The batch that `bytes` hold.
 *
 * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` on broken framing, where counting comes by
 */
export function createBatch(signal: Signal, bytes: Buffer, client: ClientInfo): Batch {
  return { signal, bytes, items: countItems(signal, bytes), client, removed: NOTHING_REMOVED };
}

/** What a processor returns instead of a batch that goes no further. All items of the batch count as dropped. */
export interface Dropped {
  /**
   * Why, in a word or three of lower-case snake case (`over_quota`). It becomes a metric's label and is told to the
   * client, so it comes from the processor's own table, never from the data; anything else is shown as `other`.
   */
  readonly reason: string;
}

export function isDropped(result: Batch | Dropped): result is Dropped {
  return "reason" in result;
}
