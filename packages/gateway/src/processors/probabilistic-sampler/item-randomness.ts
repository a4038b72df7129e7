import type { TraceIdField } from "../items/trace-id-field.ts";
import { fnv1a, randomnessOfHash, seededBasis } from "./hash-randomness.ts";
import type { SamplingMode } from "./sampler-config.ts";
import type { SamplingPolicy } from "./sampler-metrics.ts";
import type { Carried } from "./sampling-decision.ts";
import { type Halves, randomnessOfTraceId } from "./threshold.ts";

const TRACE_ID_BYTES = 16;

/** Where a sampler takes randomness from that items don't carry. */
export interface ItemRandomness {
  ofTraceId(bytes: Buffer, traceId: TraceIdField): Halves | undefined;
  ofValue(bytes: Uint8Array): Halves;
  /** What decides about an item that carries this, by its trace id. */
  policyOf(carried: Carried): SamplingPolicy;
  /** What an item has to carry on, since others can't take it from its trace id. */
  toWrite(own: Halves | undefined): Halves | undefined;
}

export function createItemRandomness(mode: SamplingMode, hashSeed: number): ItemRandomness {
  const basis = seededBasis(hashSeed);
  const isHashed = mode === "hash_seed";
  const ofBytes = (bytes: Uint8Array, start: number, end: number) =>
    randomnessOfHash(fnv1a(bytes, start, end, basis));
  return {
    ofTraceId(bytes, traceId) {
      if (!traceId.isValid) return undefined;
      const { start } = traceId;
      return isHashed ? ofBytes(bytes, start, start + TRACE_ID_BYTES) : randomnessOfTraceId(bytes, start);
    },
    ofValue: (bytes) => ofBytes(bytes, 0, bytes.length),
    policyOf: ({ randomness }) =>
      randomness !== undefined ? "sampling_randomness" : isHashed ? "trace_id_hash" : "trace_id_w3c",
    toWrite: (own) => (isHashed ? own : undefined),
  };
}
