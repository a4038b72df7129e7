import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../lint/random.ts";
import { randomText } from "../lint/test-texts.ts";
import { compileScanner } from "../scanner.ts";
import { SECRETS } from "./secrets.ts";

const scanner = compileScanner(SECRETS);

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const ALPHABETS: readonly (readonly [name: string, alphabet: string])[] = [
  ["decimal digits", "0123456789"],
  ["hex digits", "0123456789abcdef"],
  ["hex digits in groups", "0123456789abcdef-"],
  ["base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"],
  ["base64", `${LETTERS}0123456789+/`],
  ["base64url in pieces", `${LETTERS}0123456789_-.`],
  ["words", `${LETTERS.slice(26)} `],
  ["signs", "=:\"'{}[]()<>,;&|$-_./ab1 "],
];

const TEXTS = 500;
const TEXT_CHARACTERS = 200;

/** A hundred thousand characters of chance may look like a secret once. */
const TAKEN_MAX = 1;

test.each(ALPHABETS)("random %s are no secrets", (_name, alphabet) => {
  const random = seededRandom(17);
  let taken = 0;
  for (let i = 0; i < TEXTS; i++) {
    const text = randomText(random, alphabet, TEXT_CHARACTERS);
    if (scanner.scan(Buffer.from(text)).findings.length > 0) taken++;
  }
  expect(taken).toBeLessThanOrEqual(TAKEN_MAX);
});

test("the measure of chance sees secrets where there are some", () => {
  const [first] = SECRETS.find(({ id }) => id === "github_token")!.examples.match;
  expect(scanner.scan(Buffer.from(`${"4f".repeat(80)} ${first}`)).findings).toHaveLength(1);
});

/** Has the example's kind of neighbours, none of which is a key or a sign that leads to a value. */
const neighbours = fc.string({ unit: fc.constantFrom(..."abc XYZ 019 \n"), maxLength: 24 });

test.each(SECRETS.map((detector) => [detector.id, detector] as const))(
  "%s: a secret is found between other words, and what takes its place is not",
  (_id, { examples }) => {
    fc.assert(
      fc.property(fc.constantFrom(...examples.match), neighbours, neighbours, (secret, before, after) => {
        const text = Buffer.from(`${before} ${secret}\n${after}`);
        const { findings } = scanner.scan(text);
        expect(findings.length).toBeGreaterThan(0);
        const again = scanner.scan(Buffer.from(masked(text))).findings;
        expect(again).toEqual([]);
      }),
      { numRuns: 20 },
    );
  },
);

function masked(text: Buffer): string {
  let result = "";
  let end = 0;
  for (const finding of scanner.scan(text).findings) {
    result += `${text.toString("utf8", end, finding.start)}[REDACTED:${finding.detector.type}]`;
    end = finding.end;
  }
  return result + text.toString("utf8", end);
}
