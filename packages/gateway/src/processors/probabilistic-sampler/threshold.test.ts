import fc from "fast-check";
import { expect, test } from "vitest";
import { fnv1a, hashThreshold, randomnessOfHash, seededBasis } from "./hash-randomness.ts";
import {
  digitsOf,
  isBelow,
  parseRandomness,
  parseThreshold,
  probabilityOf,
  randomnessOfTraceId,
  thresholdOf,
} from "./threshold.ts";

/** From the specification's own examples, and the powers of two, which are exact. */
const SHARES: readonly [share: number, precision: number, text: string][] = [
  [1, 4, "0"],
  [7, 4, "0"],
  [0.5, 4, "8"],
  [0.25, 4, "c"],
  [0.75, 4, "4"],
  [0.1, 4, "e666"],
  [0.1, 1, "e"],
  [0.01, 4, "fd70a"],
  [1 / 3, 14, "aaaaaaaaaaaaac"],
  [2 ** -56, 4, "ffffffffffffff"],
  [2 ** -80, 4, "ffffffffffffff"],
];

test.each(SHARES)("a share of %s in %s digits has the threshold %s", (share, precision, text) => {
  expect(thresholdOf(share, precision).text).toBe(text);
});

test("any share: its threshold keeps about as much, is well formed, and reads back", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 2 ** -20, max: 1, noNaN: true }),
      fc.integer({ min: 2, max: 14 }),
      (share, precision) => {
        const threshold = thresholdOf(share, precision);
        expect(parseThreshold(threshold.text)).toEqual(threshold);
        expect(Math.abs(probabilityOf(threshold) - share)).toBeLessThan(share * 0.2 + 16 ** -precision);
      },
    ),
  );
});

const HEX = fc.stringMatching(/^[0-9a-f]{14}$/);

test("any two numbers: they compare as their digits do", () => {
  fc.assert(
    fc.property(HEX, HEX, (a, b) => {
      expect(isBelow(parseRandomness(a)!, parseRandomness(b)!)).toBe(BigInt(`0x${a}`) < BigInt(`0x${b}`));
      expect(digitsOf(parseRandomness(a)!)).toBe(a);
      expect(
        randomnessOfTraceId(Buffer.from(`ff${"0".repeat(18)}${a}`.slice(-32).padStart(32, "1"), "hex"), 0),
      ).toEqual(parseRandomness(a));
    }),
  );
});

test.each(["", "g", "C", "123456789012345", "0x1", " c", "c "])("%j is no threshold", (text) => {
  expect(parseThreshold(text)).toBeUndefined();
});

test.each(["", "c", "9B8233F7E3A151", "9b8233f7e3a1511", "9b8233f7e3a15"])("%j is no randomness", (text) => {
  expect(parseRandomness(text)).toBeUndefined();
});

/** Published with the function. */
test.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
] as const)("FNV-1a of %j", (text, hash) => {
  expect(fnv1a(Buffer.from(text), 0, text.length)).toBe(hash);
});

test("a seed is hashed before the rest, its lowest byte first", () => {
  const bytes = Buffer.from([0x78, 0x56, 0x34, 0x12, 0x61]);
  expect(fnv1a(bytes, 4, 5, seededBasis(0x12345678))).toBe(fnv1a(bytes, 0, 5));
});

test("any hash and percentage: its randomness decides as the hash's last 14 bits do", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.double({ min: 0, max: 100, noNaN: true }),
      (hash, percentage) => {
        const kept = Math.floor(Math.fround(Math.fround(percentage) * Math.fround(163.84)));
        const threshold = hashThreshold(percentage);
        const isKept = threshold !== undefined && !isBelow(randomnessOfHash(hash), threshold);
        expect(isKept).toBe((hash & 0x3fff) < kept);
      },
    ),
  );
});
