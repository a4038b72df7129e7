import type { Expression, Range } from "./expression.ts";

/** Bytes, both ends included. */
export type ByteRange = readonly [from: number, to: number];

/** The highest code points of one, two, three and four bytes of UTF-8 (RFC 3629 section 3). */
const HIGHEST = [0x7f, 0x7ff, 0xffff, 0x10_ffff];

const SURROGATES: Range = [0xd800, 0xdfff];

/** Cases are looked up one by one in ranges that are no longer than an alphabet; a longer one holds both. */
const FOLDED_MAX = 256;

/** Case folding of Unicode gives these two an ASCII letter: the long s and the Kelvin sign. */
const FOLDED_TO_ASCII: readonly (readonly [letter: number, other: number])[] = [
  [0x73, 0x17f],
  [0x6b, 0x212a],
];

/**
 * How UTF-8 writes the characters of a set: sequences of one to four ranges of bytes, of which a character matches
 * just one.
 */
export function byteSequencesOf({
  ranges,
  fold,
}: Expression & { kind: "set" }): readonly (readonly ByteRange[])[] {
  const all = fold ? withBothCases(ranges) : ranges;
  return joined(all).flatMap(([from, to]) => [
    ...split(from, Math.min(to, SURROGATES[0] - 1)),
    ...split(Math.max(from, SURROGATES[1] + 1), to),
  ]);
}

/** Ascending, and none touches the next. */
function joined(ranges: readonly Range[]): readonly Range[] {
  const result: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

function withBothCases(ranges: readonly Range[]): readonly Range[] {
  const both: Range[] = [...ranges];
  const add = (text: string) => {
    const code = text.codePointAt(0)!;
    if (text.length === String.fromCodePoint(code).length) both.push([code, code]);
  };
  for (const [from, to] of ranges) {
    for (let code = from; code <= Math.min(to, from + FOLDED_MAX); code++) {
      add(String.fromCodePoint(code).toLowerCase());
      add(String.fromCodePoint(code).toUpperCase());
    }
  }
  for (const [letter, other] of FOLDED_TO_ASCII) {
    const isIn = both.some(
      ([from, to]) => (from <= letter && letter <= to) || (from <= other && other <= to),
    );
    if (isIn) for (const code of [letter, letter - 0x20, other]) both.push([code, code]);
  }
  return both;
}

/** The sequences of a range of characters. */
function split(from: number, to: number): readonly (readonly ByteRange[])[] {
  if (from > to) return [];
  for (const highest of HIGHEST)
    if (from <= highest && to > highest) return [...split(from, highest), ...split(highest + 1, to)];
  for (let bits = 6; bits <= 18; bits += 6) {
    const low = (1 << bits) - 1; // of these bits either all values are in the range, or one
    if (from >> bits === to >> bits) continue;
    if ((from & low) !== 0) return [...split(from, from | low), ...split((from | low) + 1, to)];
    if ((to & low) !== low) return [...split(from, (to & ~low) - 1), ...split(to & ~low, to)];
  }
  const last = Buffer.from(String.fromCodePoint(to));
  return [Array.from(Buffer.from(String.fromCodePoint(from)), (byte, i) => [byte, last[i]!])];
}
