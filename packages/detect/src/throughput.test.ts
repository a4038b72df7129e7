import RE2 from "re2";
import { expect, test } from "vitest";
import { DETECTORS } from "./catalogue.ts";
import { FOLD_ATOMS } from "./fold/atoms.ts";
import { hostileTexts, ordinaryLines } from "./lint/test-texts.ts";
import { unionOf } from "./scanner.ts";

/** A scanner that nobody could make simpler. What RE2's DFA does from its cache takes the same time for any. */
const CONTROL = ["AKIA", "-----BEGIN"];

/** Times the control's; a full cache of states costs 20 and more, see the control below. */
const SLOWDOWN_MAX = 6;

const TEXT_BYTES = 1 << 16;

/** What the scanner folds, over and over. */
const ENCODED = [
  "%41",
  "\\u0041",
  "&#64;",
  "4\u200b",
  "４",
  "аa",
  "dG8gYUBiLmNvLCBhbmQgdG8g",
  "/dG8gYUBiLmNvLCBh",
];

const TEXTS = [
  ...hostileTexts(TEXT_BYTES),
  ...ENCODED.map((piece) => piece.repeat(TEXT_BYTES / Buffer.byteLength(piece))),
  ordinaryLines(2000).join("\n"),
].map((text) => Buffer.from(text));

const ATOMS = [...DETECTORS.flatMap(({ atoms }) => atoms), ...FOLD_ATOMS];

test("the shared automaton reads hostile and ordinary texts as fast as a tiny one", () => {
  expect(slowdownOf(ATOMS)).toBeLessThan(SLOWDOWN_MAX);
});

test("the measure rejects a whole pattern among the atoms", () => {
  const whole = "[A-Za-z][A-Za-z0-9+/]{40}[=.]";
  expect(slowdownOf([...ATOMS, whole])).toBeGreaterThan(SLOWDOWN_MAX);
});

/** The worst ratio over the texts. Of several tries the smallest counts, since noise only adds. */
function slowdownOf(atoms: readonly string[]): number {
  const control = new RE2.Set([unionOf(CONTROL)]);
  const set = new RE2.Set([unionOf(atoms)]);
  return Math.max(...TEXTS.map((text) => fastest(set, text) / fastest(control, text)));
}

function fastest(set: InstanceType<typeof RE2.Set>, text: Buffer): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    set.match(text);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
