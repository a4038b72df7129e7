import fc from "fast-check";
import RE2 from "re2";
import { describe, expect, test } from "vitest";
import { DETECTORS } from "../catalogue.ts";
import { FOLD_ATOMS } from "../fold/atoms.ts";
import { seededRandom } from "../lint/random.ts";
import { sampleOf } from "../lint/sample.ts";
import { Automaton } from "./automaton.ts";
import { parseExpression } from "./expression.ts";

const CASES: readonly (readonly [
  expressions: readonly string[],
  text: string,
  numbers: readonly number[],
])[] = [
  [["ab", "bc", "c$".slice(0, 1)], "abc", [0, 1, 2]],
  [["a{3}"], "aabaa", []],
  [["a{3}"], "aabaaa", [0]],
  [["a+b", "b?c"], "xaab", [0]],
  [["(?i:Token)"], "my TOKEN", [0]],
  [["(?i:token)"], "to\u212aen", [0]],
  [["(?i:ss)"], "\u017fS", [0]],
  [["(?i:\u00fc)"], "\u00dc", [0]],
  [["\u00fc"], "\u00dc", []],
  [[String.raw`[\x{80}-\x{10FFFF}]@`], "\u{1F600}@", [0]],
  [[String.raw`[\x{80}-\x{10FFFF}]@`], "a@", []],
  [[String.raw`(?:\A|[^a])b`], "b", [0]],
  [[String.raw`(?:\A|[^a])b`], "ab", []],
  [[String.raw`(?:\A|[^a])b`], "ab\0b", [0]],
  [["[^a]"], "a\u00e9", [0]],
  [[], "anything", []],
];

test.each(CASES)("of %j, %j holds %j", (expressions, text, numbers) => {
  const automaton = new Automaton(expressions);
  const bytes = Buffer.from(text);
  expect(automaton.matching(bytes)).toEqual(numbers);
  expect(automaton.firstEnd(bytes, 0, bytes.length) >= 0).toBe(numbers.length > 0);
});

test("the end is that of the match that ends first, from an offset on", () => {
  const automaton = new Automaton(["abc", "d"]);
  const bytes = Buffer.from("abcd abc");
  expect(automaton.firstEnd(bytes, 0, bytes.length)).toBe(3);
  expect(automaton.firstEnd(bytes, 1, bytes.length)).toBe(4);
  expect(automaton.firstEnd(bytes, 4, bytes.length)).toBe(8);
  expect(automaton.firstEnd(bytes, 6, bytes.length)).toBe(-1);
});

test.each([String.raw`\bword`, "end$", String.raw`\pL`])("%s can't be built", (source) => {
  expect(() => new Automaton([source])).toThrow(/^an /);
});

const SOURCES = [...DETECTORS.flatMap(({ atoms }) => atoms), ...FOLD_ATOMS];
const AUTOMATON = new Automaton(SOURCES);
const SET = new RE2.Set(SOURCES, { maxMem: 64 << 20 });

/** Pieces of what the atoms match, with others in between: a text that keeps many of them begun. */
const PIECES = fc
  .array(
    fc.record({
      atom: fc.nat(SOURCES.length - 1),
      seed: fc.nat(),
      cut: fc.nat(24),
      joint: fc.constantFrom("", " ", "\u00e9", "1"),
    }),
    { maxLength: 30 },
  )
  .map((pieces) =>
    pieces
      .map(
        ({ atom, seed, cut, joint }) =>
          sampleOf(parseExpression(SOURCES[atom]!)!, seededRandom(seed)).slice(0, cut) + joint,
      )
      .join(""),
  );

describe("with all atoms", () => {
  const agrees = (text: Buffer) => {
    const expected = SET.match(text).sort((a, b) => a - b);
    expect(AUTOMATON.matching(text)).toEqual(expected);
    expect(AUTOMATON.firstEnd(text, 0, text.length) >= 0).toBe(expected.length > 0);
  };

  test("what matches in pieces of atoms is what RE2 says", () => {
    fc.assert(
      fc.property(PIECES, (text) => agrees(Buffer.from(text))),
      { numRuns: 500 },
    );
  });

  test("what matches in any text is what RE2 says", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }).filter((text) => !text.includes("\0")),
        (text) => agrees(Buffer.from(text)),
      ),
    );
  });

  test("the bytes in front of the first end hold no match, and with one more they do", () => {
    fc.assert(
      fc.property(PIECES, (text) => {
        const bytes = Buffer.from(text);
        const end = AUTOMATON.firstEnd(bytes, 0, bytes.length);
        if (end < 0) return;
        expect(AUTOMATON.matching(bytes.subarray(0, end - 1))).toEqual([]);
        expect(AUTOMATON.matching(bytes.subarray(0, end))).not.toEqual([]);
      }),
    );
  });

  test("an automaton that had to forget says the same as a new one", () => {
    const random = seededRandom(9);
    const worn = new Automaton(SOURCES);
    const texts = Array.from({ length: 8000 }, () =>
      Buffer.from(
        Array.from({ length: 12 }, () =>
          sampleOf(parseExpression(SOURCES[random(SOURCES.length)]!)!, random).slice(0, random(20)),
        ).join(""),
      ),
    );
    for (const text of texts) worn.matching(text);
    expect(worn.statesMade).toBeGreaterThan(25_000); // more than fit into its table
    for (const text of texts.slice(0, 200)) {
      AUTOMATON.forget();
      expect(worn.matching(text)).toEqual(AUTOMATON.matching(text));
    }
  });
});
