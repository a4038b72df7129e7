import fc from "fast-check";
import RE2 from "re2";
import { expect, test } from "vitest";
import { DETECTORS } from "../catalogue.ts";
import { seededRandom } from "../lint/random.ts";
import { sampleOf } from "../lint/sample.ts";
import { parseExpression } from "./expression.ts";

test("every pattern and atom of the catalogue is understood", () => {
  for (const { id, pattern, atoms } of DETECTORS) {
    for (const expression of [pattern, ...atoms]) expect(parseExpression(expression), id).toBeDefined();
  }
});

const UNDERSTOOD: readonly string[] = [
  "a|bc|",
  "[a-c-]+[]x]",
  "[^a-z]{2,3}",
  String.raw`\d\w\s\D\W\S`,
  String.raw`[\d.\-\]]`,
  String.raw`\x41\x{1F600}\t\.`,
  "(?i:ab(?-i:c)d)e",
  "(?i)ab[^x]",
  "(a)(?:b)(?P<name>c)",
  "x{3}y{2,}z*?",
  "(?s:.).",
  "[[:alpha:][:^space:]]",
  "(?i)k[s]\u{e9}",
  "a{2",
  "{a}{,3}",
  "(?m:^a$)|a*?",
];

test.each(UNDERSTOOD)("what is made from %s is matched by it", (source) => {
  const whole = new RE2(`^(?:${source})$`);
  const expression = parseExpression(source)!;
  const random = seededRandom(7);
  for (let i = 0; i < 50; i++) {
    const sample = sampleOf(expression, random);
    expect(whole.test(Buffer.from(sample)), JSON.stringify(sample)).toBe(true);
  }
});

test.each([
  String.raw`\pL`,
  "[[:letters:]]",
  "[b-a]",
  String.raw`[a-\d]`,
  String.raw`\Qa\E`,
  String.raw`\07`,
  String.raw`\1`,
  String.raw`\C`,
  "\\\u{e9}",
  "\u{d800}",
  "(?U:a)",
  "a)",
  "(a",
  "[a",
  "*a",
  "(?i)*",
  "a**",
  "a{2}{3}",
  "a{3,2}",
  "a{1001}",
  "a{99999999999}",
  "(?:a{100}){11}",
  "(?P<n>a)(?P<n>b)",
  "(?-)",
  "(?)",
  String.raw`a\\`.slice(0, 2),
])("%s is not understood", (source) => {
  expect(parseExpression(source)).toBeUndefined();
});

test("any text: parsing ends, and never throws", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."ab0()[]{}|?*+.^$\\-,:idsx<>P") }), (source) => {
      parseExpression(source);
    }),
    { numRuns: 2000 },
  );
});
