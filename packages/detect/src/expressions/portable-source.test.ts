import { expect, test } from "vitest";
import { parseExpression } from "../automaton/expression.ts";
import { type Alphabet, portableSource } from "./portable-source.ts";

const CASES: readonly (readonly [source: string, alphabet: Alphabet, written: string])[] = [
  ["ab", "ascii", String.raw`[\x{61}][\x{62}]`],
  ["a|b", "ascii", String.raw`[\x{61}]|[\x{62}]`],
  ["(a|b)c", "ascii", String.raw`(?:[\x{61}]|[\x{62}])[\x{63}]`],
  ["(a|b)c", "latin1", String.raw`([\x{61}]|[\x{62}])[\x{63}]`],
  ["(?:ab)+?", "bytes", String.raw`(?:[\x{61}][\x{62}])+?`],
  ["a{2}b{2,}c*", "bytes", String.raw`(?:[\x{61}]){2,2}(?:[\x{62}]){2,}(?:[\x{63}])*`],
  [String.raw`^\b(?m:^)\z`, "ascii", String.raw`\A\b(?m:^)\z`],
  ["é", "ascii", String.raw`[^\x{0}-\x{10FFFF}]`],
  ["é", "latin1", String.raw`[\x{e9}]`],
  ["é", "bytes", String.raw`(?:[\x{c3}][\x{a9}])`],
  ["(?i)k", "ascii", String.raw`[\x{4b}\x{6b}]`],
  ["(?i)k", "bytes", String.raw`(?:[\x{4b}\x{6b}]|[\x{e2}][\x{84}][\x{aa}])`],
];

test.each(CASES)("%s over %s is %s", (source, alphabet, written) => {
  expect(portableSource(parseExpression(source)!, alphabet)).toBe(written);
});
