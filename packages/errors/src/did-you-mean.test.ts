import { expect, test } from "vitest";
import { didYouMean } from "./did-you-mean.ts";

const KEYS = ["attribute", "where", "action", "on_non_string"];

const CASES: readonly [word: string, meant: string | undefined][] = [
  ["atribute", "attribute"],
  ["attributes", "attribute"],
  ["Action", "action"],
  ["acttion", "action"],
  ["wehre", "where"],
  ["on-non-string", "on_non_string"],
  ["seal", undefined],
  ["x", undefined],
  ["", undefined],
  ["attribute".repeat(100), undefined],
];

test.each(CASES)("%j is taken for %j", (word, meant) => {
  expect(didYouMean(word, KEYS)).toBe(meant);
});
