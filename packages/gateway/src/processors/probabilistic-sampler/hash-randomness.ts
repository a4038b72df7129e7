import type { Halves, Threshold } from "./threshold.ts";
import { ALWAYS, parseThreshold } from "./threshold.ts";

/** FNV-1a of 32 bits, by Fowler, Noll and Vo. */
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** Bits of the hash that decide. */
const BUCKET_BITS = 14;
const BUCKETS = 1 << BUCKET_BITS;

export function fnv1a(bytes: Uint8Array, start: number, end: number, basis: number = OFFSET_BASIS): number {
  let hash = basis;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, PRIME);
  return hash >>> 0;
}

/** The hash of a seed, in four bytes from the lowest on, which that of anything else goes on from. */
export function seededBasis(seed: number): number {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, seed, true);
  return fnv1a(bytes, 0, 4);
}

/**
 * A hash as randomness, as the Collector makes it: its last 14 bits, upside down, decide; the others follow, so that the number says the
 * same to any sampler.
 */
export function randomnessOfHash(hash: number): Halves {
  const bucket = hash & (BUCKETS - 1);
  const unused = hash >>> BUCKET_BITS; // 18 bits
  const mixed = unused ^ (unused << 10); // 28 bits
  return {
    high: ((BUCKETS - 1 - bucket) << BUCKET_BITS) | (mixed >>> BUCKET_BITS),
    low: ((mixed & (BUCKETS - 1)) << BUCKET_BITS) | bucket,
  };
}

/** The threshold that keeps a percentage of hashes; undefined where it is less than one bucket. */
export function hashThreshold(percentage: number): Threshold | undefined {
  // In single precision, as the Collector reckons, so that both keep the same.
  const kept = Math.floor(Math.fround(Math.fround(percentage) * Math.fround(BUCKETS / 100)));
  if (kept === 0) return undefined;
  if (kept >= BUCKETS) return ALWAYS;
  const digits = ((BUCKETS - kept) << 2).toString(16).padStart(4, "0");
  return parseThreshold(digits);
}
