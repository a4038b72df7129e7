import { CODE_POINT_MAX, type Range } from "./ranges.ts";

/** Bytes, both ends included. */
export type ByteRange = readonly [from: number, to: number];

/** The highest code points of one, two, three and four bytes of UTF-8 (RFC 3629 section 3). */
const HIGHEST = [0x7f, 0x7ff, 0xffff, CODE_POINT_MAX];

/**
 * All characters outside of ASCII, as RE2 writes them for short: with overlong sequences, surrogates and numbers past
 * the last character, which occur in no UTF-8.
 */
const BEYOND_ASCII: readonly (readonly ByteRange[])[] = [
  [
    [0xc2, 0xdf],
    [0x80, 0xbf],
  ],
  [
    [0xe0, 0xef],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
  [
    [0xf0, 0xf4],
    [0x80, 0xbf],
    [0x80, 0xbf],
    [0x80, 0xbf],
  ],
];

/**
 * How UTF-8 writes the characters of a set: sequences of one to four ranges of bytes, of which a character matches
 * just one. They are RE2's, so that bytes that are no UTF-8 match or don't as they do there.
 */
export function byteSequencesOf(ranges: readonly Range[]): readonly (readonly ByteRange[])[] {
  return ranges.flatMap(([from, to]) => split(from, to));
}

/** The sequences of a range of characters. */
function split(from: number, to: number): readonly (readonly ByteRange[])[] {
  if (from === 0x80 && to === CODE_POINT_MAX) return BEYOND_ASCII;
  for (const highest of HIGHEST)
    if (from <= highest && to > highest) return [...split(from, highest), ...split(highest + 1, to)];
  for (let bits = 6; bits <= 18; bits += 6) {
    const low = (1 << bits) - 1; // of these bits either all values are in the range, or one
    if (from >> bits === to >> bits) continue;
    if ((from & low) !== 0) return [...split(from, from | low), ...split((from | low) + 1, to)];
    if ((to & low) !== low) return [...split(from, (to & ~low) - 1), ...split(to & ~low, to)];
  }
  const last = encode(to);
  return [encode(from).map((byte, i) => [byte, last[i]!])];
}

/** The bytes of a code point, of a surrogate too, which `Buffer` has no bytes for. */
function encode(code: number): readonly number[] {
  const length = HIGHEST.findIndex((highest) => code <= highest) + 1;
  if (length === 1) return [code];
  const bytes = [((0xff00 >> length) & 0xff) | (code >> (6 * (length - 1)))];
  for (let bits = 6 * (length - 2); bits >= 0; bits -= 6) bytes.push(0x80 | ((code >> bits) & 0x3f));
  return bytes;
}
