import RE2 from "re2";
import { expect, test } from "vitest";
import { foldCase } from "./case-folding.ts";
import { CODE_POINT_MAX, isInRanges, type Range } from "./ranges.ts";

/** Every character that Node knows in two cases. */
const CASED = Array.from({ length: 0x2_0000 }, (_, code) => code).filter((code) => {
  const character = code >= 0xd800 && code <= 0xdfff ? "" : String.fromCodePoint(code);
  return /\p{Changes_When_Casemapped}|\p{Changes_When_Casefolded}/u.test(character);
});

const ALL_CASED = Buffer.from(String.fromCodePoint(...CASED));

test("what folds together is what does for RE2", () => {
  expect(CASED.length).toBeGreaterThan(2800);
  for (const code of CASED) {
    const orbit = foldCase([[code, code]]);
    const found = ALL_CASED.toString().match(new RE2(`(?i)\\x{${code.toString(16)}}`, "g"));
    const folded = CASED.filter((other) => isInRanges(orbit, other));
    expect(found?.map((other) => other.codePointAt(0))).toEqual(folded);
  }
});

test("nothing else does for RE2", () => {
  const others: Range[] = [[0, CODE_POINT_MAX]];
  for (const code of CASED) {
    const [from, to] = others.pop()!;
    if (from < code) others.push([from, code - 1]);
    if (code < to) others.push([code + 1, to]);
  }
  const ranges = others.map(([from, to]) => `\\x{${from.toString(16)}}-\\x{${to.toString(16)}}`);
  expect(new RE2(`(?i)[${ranges.join("")}]`).test(ALL_CASED)).toBe(false);
});

test("a range folds as its characters do", () => {
  expect(foldCase([[0x6b, 0x6b]])).toEqual([
    [0x4b, 0x4b],
    [0x6b, 0x6b],
    [0x212a, 0x212a],
  ]);
  expect(foldCase([[0x212a, 0x212a]])).toEqual(foldCase([[0x4b, 0x4b]]));
  expect(foldCase([[0, CODE_POINT_MAX]])).toEqual([[0, CODE_POINT_MAX]]);
  expect(foldCase([[0x30, 0x40]])).toEqual([[0x30, 0x40]]);
  expect(isInRanges(foldCase([[0x3b0, 0x3c9]]), 0x3a3)).toBe(true);
});
