import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyReplacements, differenceOf, isThere } from "./replacement.ts";

describe("the difference between two texts", () => {
  test.each<[before: string, after: string, start: number, end: number, bytes: string]>([
    ["to jane now", "to [X] now", 3, 7, "[X]"],
    ["jane", "[X]", 0, 4, "[X]"],
    ["aa", "aaa", 1, 2, "aa"],
    ["aé", "aè", 1, 3, "è"],
    ["éa", "èa", 0, 2, "è"],
    ["same", "same", 3, 4, "e"],
  ])("%s to %s", (before, after, start, end, bytes) => {
    const difference = differenceOf(Buffer.from(before), Buffer.from(after));
    expect({ ...difference, bytes: difference.bytes.toString() }).toEqual({ start, end, bytes });
  });

  test("any two texts: it makes one of the other, takes something out, and cuts no character", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", "é", "è", "😀", "🙂") });
    fc.assert(
      fc.property(
        texts.filter((text) => text !== ""),
        texts,
        (before, after) => {
          const difference = differenceOf(Buffer.from(before), Buffer.from(after));
          expect(difference.start).toBeLessThan(difference.end);
          expect(applyReplacements(Buffer.from(before), [difference]).toString()).toBe(after);
          expect(Buffer.from(difference.bytes.toString()).equals(difference.bytes)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test("replacements are applied in order", () => {
  const replacements = [
    { start: 0, end: 1, bytes: Buffer.from("x") },
    { start: 2, end: 4, bytes: Buffer.from("") },
  ];
  expect(applyReplacements(Buffer.from("abcde"), replacements).toString()).toBe("xbe");
});

test.each<[replacement: string, end: number, there: boolean]>([
  ["gone fishing", 13, true],
  ["gone fishing", 21, true],
  ["gone fishing", 25, false],
  ["gone", 13, true],
  ["gone sailing", 13, false],
  ["go", 13, false],
])("%s for the first %d bytes stands there already: %s", (replacement, end, there) => {
  expect(isThere(Buffer.from(replacement), Buffer.from("password=gone fishing, bye"), 9, end)).toBe(there);
});
