import fc from "fast-check";
import { expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";
import { compileGlob } from "./glob.ts";

const CASES: readonly [pattern: string, text: string, matches: boolean][] = [
  ["user.email", "user.email", true],
  ["user.email", "user.emails", false],
  ["*", "", true],
  ["user.*", "user.email", true],
  ["user.*", "user", false],
  ["*.email", "customer.email", true],
  ["a*b*c", "a-b-b-c", true],
  ["a*b*c", "a-c-b", false],
  ["a*a", "a", false],
  ["ab*bc", "abc", false],
  ["**", "x", true],
  ["a.c", "abc", false],
  ["[a-z]*", "b", false],
];

test.each(CASES)("%j against %j is %j", (pattern, text, matches) => {
  expect(compileGlob(pattern).matches(text)).toBe(matches);
});

test("any pattern and text: the same answer as a regular expression", () => {
  const short = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 12 });
  fc.assert(
    fc.property(short, text, (pattern, value) => {
      const expected = new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(value);
      expect(compileGlob(pattern).matches(value)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

test("a pattern of many stars takes linear time where a backtracking matcher takes for ever", () => {
  const glob = compileGlob(`${"a*".repeat(100)}b`);
  const prepare = (size: number) => {
    const text = "a".repeat(size);
    return () => [glob.matches(text), glob.matches(`${text}cb`)];
  };
  expect(prepare(1000)()).toEqual([false, true]);
  expect(exponentOf(prepare, 1_000_000)).toBeLessThan(EXPONENT_MAX);
});
