import { countItems, type Signal } from "@scrim/wire";
import type { SpanPlace } from "./telemetry/tracer.ts";

/** Who sent a batch. */
export interface ClientInfo {
  /** Address of the peer; undefined where there is none. Not to be put on labels or into records. */
  readonly address: string | undefined;
  /** Who it has proved to be; undefined where the receiver asks nobody. */
  readonly identity?: ClientIdentity | undefined;
}

/** What an authenticator found out about a client. All of it comes from configuration or verified claims. */
export interface ClientIdentity {
  /** How the configuration calls it: fit for a metric's label. */
  readonly name: string;
  /** Whose data it sends, where several share a gateway. */
  readonly tenant: string | undefined;
  /** Whether what it says in `scrim.*` attributes and tokens is believed. */
  readonly is_trusted: boolean;
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
  /**
   * Whether `scrim.grant.id` on its items is this gateway's own finding. Until a processor has taken out what the sender
   * wrote there, it is a claim that anybody can make.
   */
  readonly approvals_checked: boolean;
  /** What its client should be told, though nothing is refused: a text of the processor's own that quotes nothing. */
  readonly warning?: string;
  /** Where its way through the gateway is traced; undefined where it isn't. Never what a client said. */
  readonly trace?: SpanPlace | undefined;
}

const NOTHING_REMOVED: ReadonlyMap<string, number> = new Map();

/**
 * The batch that `bytes` hold.
 *
 * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` on broken framing, where counting comes by
 */
export function createBatch(signal: Signal, bytes: Buffer, client: ClientInfo): Batch {
  return {
    signal,
    bytes,
    items: countItems(signal, bytes),
    client,
    removed: NOTHING_REMOVED,
    approvals_checked: false,
  };
}

/** What a processor returns instead of a batch that goes no further. All items of the batch count as dropped. */
export interface Dropped {
  /**
   * Why, in a word or three of lower-case snake case (`over_quota`). It becomes a metric's label and is told to the
   * client, so it comes from the processor's own table, never from the data; anything else is shown as `other`.
   */
  readonly reason: string;
}

/** What a processor returns that says where the items went which are no longer in the batch. */
export interface Sifted {
  /** The rest. Its items and the ones counted here are those of the batch that came. */
  readonly batch: Batch;
  /** Items left out for good, by reason, which is worded like that of {@link Dropped}. The client isn't told. */
  readonly dropped: ReadonlyMap<string, number>;
  /** Items that the processor keeps to itself until it releases or drops them through its `Keeper`. */
  readonly held: number;
  /**
   * Called once it is known whether the client will take the batch for delivered. Where it isn't, everything comes again, so
   * that nothing of it may be kept.
   */
  settled?(isDelivered: boolean): void;
}

/** Whatever a processor makes of a batch. */
export type Processed = Batch | Dropped | Sifted;

export function isDropped(result: Processed): result is Dropped {
  return "reason" in result;
}

export function isSifted(result: Processed): result is Sifted {
  return "held" in result;
}
