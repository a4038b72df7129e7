import { readInt64 } from "@scrim/wire";

/** Numbers below this are too short for any identifier that a detector knows without its key. */
const DIGITS_FROM = 10_000_000;

/** How {@link DIGITS_FROM} looks in text. */
export const NUMBER_CHARACTERS_MIN = 8;

/** Varints of at least this many bytes can hold a number of {@link DIGITS_FROM} or more. */
const VARINT_BYTES_FROM = 4;

/** The digits of an `int_value`, a varint in `bytes[start, end)`; undefined where there are too few to matter. */
export function intDigits(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start < VARINT_BYTES_FROM) return undefined;
  if (end - start > 7) return withoutSign(readInt64(bytes, start, end).toString()); // over 49 bits, or negative
  let value = 0;
  for (let at = end - 1; at >= start; at--) value = value * 128 + (bytes[at]! & 0x7f);
  return value < DIGITS_FROM ? undefined : value.toString();
}

/** A sign says nothing about what the digits are, and keeps detectors from seeing where they begin. */
function withoutSign(digits: string): string {
  return digits.startsWith("-") ? digits.slice(1) : digits;
}

const view = new DataView(new ArrayBuffer(8));

/** The digits of a `double_value`; undefined where it is no whole number or too small to matter. */
export function doubleDigits(bytes: Uint8Array, start: number): string | undefined {
  return wholeDigits(readDouble(bytes, start));
}

const INT64_END = 2 ** 63;

/** The digits of a number of JavaScript as a request would carry it, an `int_value` where that is possible. */
export function digitsOf(value: number): string | undefined {
  if (value >= 0 && value < DIGITS_FROM) return undefined;
  if (!Number.isInteger(value) || value < -INT64_END || value >= INT64_END) return wholeDigits(value);
  return withoutSign((Number.isSafeInteger(value) ? value : BigInt(value)).toString());
}

/** All digits of a whole number; undefined where it is none, too small to matter, or too large to be exact. */
export function wholeDigits(value: number): string | undefined {
  const size = Math.abs(value);
  return Number.isInteger(value) && size >= DIGITS_FROM && size < 1e21 ? size.toString() : undefined;
}

/** The double in `bytes[start, start + 8)`, little-endian. */
export function readDouble(bytes: Uint8Array, start: number): number {
  for (let index = 0; index < 8; index++) view.setUint8(index, bytes[start + index]!);
  return view.getFloat64(0, true);
}
