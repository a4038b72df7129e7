import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../lint/random.ts";
import { randomText } from "../lint/test-texts.ts";
import { isFiller } from "./filler.ts";
import { isDigest, isIdentifier, isNameLike, isPlainUrl, isRelease, isSentence } from "./name-like.ts";

const CHECKS = Object.entries({ isDigest, isIdentifier, isNameLike, isPlainUrl, isRelease, isSentence });

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const ALPHABETS: readonly (readonly [name: string, alphabet: string])[] = [
  ["hex", "0123456789abcdef"],
  ["base 36", `0123456789${LETTERS.slice(26)}`],
  ["base 62", `${LETTERS}0123456789`],
  ["base64", `${LETTERS}0123456789+/`],
  ["base64url", `${LETTERS}0123456789-_`],
];

const TOKENS = 5000;
const TOKEN_CHARACTERS = 20;

/** Twenty random letters and few digits may once be spelled like a name of a type. */
const TAKEN_MAX = 1;

test.each(ALPHABETS)("random tokens in %s are spelled like no name", (_name, alphabet) => {
  const random = seededRandom(17);
  const tokens = Array.from({ length: TOKENS }, () => randomText(random, alphabet, TOKEN_CHARACTERS));
  const taken = tokens.filter((token) => /\d/.test(token) && CHECKS.some(([, check]) => check(token)));
  expect(taken.length).toBeLessThanOrEqual(TAKEN_MAX);
});

const LONG: readonly (readonly [name: string, text: string])[] = [
  ["path", `/run${"/a".repeat(128)}`],
  ["property", `form${".a".repeat(128)}.password`],
  ["name of a resource", `a${"-ab".repeat(128)}`],
  ["address", `https://a.example/${"a/".repeat(128)}`],
  ["digest", `sha256:${"9f".repeat(128)}`],
  ["package", `${"a-".repeat(128)}a-1.2.3`],
  ["sentence", `must be ${"a ".repeat(128)}`],
];

test.each(LONG)("a %s of more than 256 characters is looked at no further", (_name, text) => {
  for (const [, check] of CHECKS) expect(check(text)).toBe(false);
});

test("any value: sixteen digits that count make a filler of it", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(9), fc.string(), (before, first, after) => {
      const run = Array.from({ length: 16 }, (_, i) => (first + i) % 10).join("");
      expect(isFiller(`${before}${run}${after}`, 16)).toBe(true);
    }),
  );
});
