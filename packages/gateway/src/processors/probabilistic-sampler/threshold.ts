/*
 * Randomness and thresholds of consistent probability sampling (OpenTelemetry specification, "TraceState: Probability Sampling"): numbers of
 * 56 bits, of which an item is kept if its randomness is not below the threshold. JavaScript's integers have 53, so each is two halves.
 */

/** Bits of each half. */
const HALF_BITS = 28;
const HALF_DIGITS = 7;
const HALF = 2 ** HALF_BITS;

/** Hexadecimal digits of 56 bits. */
export const DIGITS_MAX = 14;
const BITS = 56;

/** The smallest probability that a threshold can say. */
const PROBABILITY_MIN = 2 ** -BITS;

/** 56 bits. */
export interface Halves {
  readonly high: number;
  readonly low: number;
}

export interface Threshold extends Halves {
  /** As `th` has it: hexadecimal digits, without the zeros at the end. */
  readonly text: string;
}

export const ALWAYS: Threshold = { high: 0, low: 0, text: "0" };

export function isBelow(a: Halves, b: Halves): boolean {
  return a.high < b.high || (a.high === b.high && a.low < b.low);
}

/** The last 56 bits of the trace id at `start`, which W3C Trace Context level 2 wants to be random. */
export function randomnessOfTraceId(bytes: Buffer, start: number): Halves {
  const middle = bytes[start + 12]!;
  return {
    high: (bytes.readUIntBE(start + 9, 3) << 4) | (middle >>> 4),
    low: ((middle & 0x0f) << 24) | bytes.readUIntBE(start + 13, 3),
  };
}

/** The value of `rv`: 14 digits; undefined if it is none. */
export function parseRandomness(text: string): Halves | undefined {
  return /^[0-9a-f]{14}$/.test(text) ? halvesOf(text) : undefined;
}

/** The value of `th`: one to 14 digits; undefined if it is none. */
export function parseThreshold(text: string): Threshold | undefined {
  if (!/^[0-9a-f]{1,14}$/.test(text)) return undefined;
  return { ...halvesOf(text.padEnd(DIGITS_MAX, "0")), text: trimmed(text) };
}

/** All 14 digits. */
export function digitsOf({ high, low }: Halves): string {
  return high.toString(16).padStart(HALF_DIGITS, "0") + low.toString(16).padStart(HALF_DIGITS, "0");
}

/** The share of items that a threshold keeps. */
export function probabilityOf({ high, low }: Halves): number {
  return 1 - (high + low / HALF) / HALF;
}

/**
 * The threshold that keeps a share of items, in `precision` hexadecimal digits; what is close to 0 or 1 gets as many more as it has leading
 * digits that say nothing. Shares that no threshold can say are rounded up.
 */
export function thresholdOf(share: number, precision: number): Threshold {
  if (share >= 1) return ALWAYS;
  const probability = Math.max(PROBABILITY_MIN, share);
  const digits = Math.min(
    DIGITS_MAX,
    precision + Math.max(leadingDigits(probability), leadingDigits(1 - probability)),
  );
  const exact = 2n ** BigInt(BITS) - BigInt(Math.round(probability * 2 ** BITS));
  const shift = BigInt(4 * (DIGITS_MAX - digits));
  const half = shift === 0n ? 0n : 1n << (shift - 1n);
  const rounded = ((exact + half) >> shift) << shift;
  const text = rounded.toString(16).padStart(DIGITS_MAX, "0");
  return { ...halvesOf(text), text: trimmed(text) };
}

/** Zeros that a fraction begins with, in hexadecimal digits. */
function leadingDigits(fraction: number): number {
  return Math.max(0, Math.trunc(-(Math.floor(Math.log2(fraction)) + 1) / 4));
}

function halvesOf(digits: string): Halves {
  return {
    high: Number.parseInt(digits.slice(0, HALF_DIGITS), 16),
    low: Number.parseInt(digits.slice(HALF_DIGITS), 16),
  };
}

function trimmed(digits: string): string {
  return digits.replace(/0+$/, "") || "0";
}
