import type { Random } from "../random.ts";

/** Makes an input from another one, which it leaves as it is. `donor` is a third one that parts may be taken from. */
export type Mutator = (bytes: Buffer, random: Random, donor: Buffer) => Buffer;

/** No mutator makes inputs over this: deep and wide enough for every limit there is, and fast. */
export const INPUT_BYTES_MAX = 64 * 1024;

export function cut(bytes: Buffer): Buffer {
  return bytes.length > INPUT_BYTES_MAX ? bytes.subarray(0, INPUT_BYTES_MAX) : bytes;
}

/** `bytes` with `[start, end)` replaced. */
export function spliced(bytes: Buffer, start: number, end: number, replacement: Buffer): Buffer {
  return cut(Buffer.concat([bytes.subarray(0, start), replacement, bytes.subarray(end)]));
}

/** So many times the same: mostly a few times, now and then past every limit on width. */
export function repeated(bytes: Buffer, random: Random): Buffer {
  const wanted = random.oneIn(20) ? random.pick([129, 1_025, 20_000]) : random.pick([2, 2, 2, 3, 5, 17]);
  const times = Math.max(1, Math.min(wanted, Math.floor(INPUT_BYTES_MAX / 2 / Math.max(1, bytes.length))));
  return bytes.length === 0 ? bytes : Buffer.alloc(times * bytes.length, bytes);
}

/** Levels of nesting: a few, around the limits that parsers have (64, 100, and 100 as lists count them), and far past them. */
export function levels(random: Random): number {
  if (random.oneIn(3)) return random.pick([32, 33, 47, 48, 49, 50, 63, 64, 65, 98, 99, 100, 101, 102]);
  return random.oneIn(20) ? random.pick([1_000, 5_000]) : 1 + random.below(4);
}
