import { expect, test } from "vitest";
import { Automaton } from "./automaton/automaton.ts";
import { DETECTORS } from "./catalogue.ts";
import { FOLD_ATOMS } from "./fold/atoms.ts";
import { hostileTexts, ordinaryLines } from "./lint/test-texts.ts";
import { wakingAtoms } from "./waking-words.ts";

/**
 * States for each byte. Looking one up takes some nanoseconds and making one some hundred times as long, so a text of
 * this size that needs fewer is read at tens of megabytes a second, and the next one like it at hundreds.
 */
const STATES_MAX = 0.06;

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

const ATOMS = [...DETECTORS.flatMap(wakingAtoms), ...FOLD_ATOMS];

test("hostile and ordinary texts need few states of the shared automaton", () => {
  expect(statesFor(ATOMS)).toBeLessThan(STATES_MAX);
});

test("the measure rejects a whole pattern among the atoms", () => {
  const whole = "[A-Za-z][A-Za-z0-9+/]{40}[=.]";
  expect(statesFor([...ATOMS, whole])).toBeGreaterThan(STATES_MAX);
});

/** States for each byte, for the worst of the texts. */
function statesFor(atoms: readonly string[]): number {
  const automaton = new Automaton(atoms);
  return Math.max(
    ...TEXTS.map((text) => {
      automaton.forget();
      const before = automaton.statesMade;
      automaton.matching(text);
      return (automaton.statesMade - before) / text.length;
    }),
  );
}
