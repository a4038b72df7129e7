import { expect, test } from "vitest";
import { hasContextWord } from "./context-words.ts";
import { type DetectorDefinition, defineDetector } from "./detector.ts";

const WORDS = ["card number", "telefono", "fodselsnummer", "身份证", "снилс"];

const DETECTOR: DetectorDefinition = defineDetector({
  id: "near_words",
  type: "near_words",
  class: "content",
  pack: "pii",
  finds: "Fours near words.",
  source: "the test",
  confidence: "likely",
  atoms: ["4444"],
  pattern: "4444",
  near: { words: WORDS, window_bytes: 32 },
  examples: { match: [], ignore: [] },
});

function isNear(text: string, key = ""): boolean {
  const bytes = Buffer.from(text);
  const start = bytes.indexOf("4444");
  return hasContextWord(DETECTOR.near!, bytes, start, start + 4, key);
}

const NEAR: readonly [text: string, key?: string][] = [
  ["card number 4444"],
  ["cardNumber: 4444"],
  ["CARD-NUMBER 4444"],
  ["4444", "payment.card_number"],
  ["teléfono 4444"],
  ["TELÉFONO 4444"],
  ["fødselsnummer 4444"],
  ["身份证号4444"],
  ["4444 (СНИЛС, снилс)"],
];

test.each(NEAR)("%j has a word near it", (text, key) => {
  expect(isNear(text, key)).toBe(true);
});

test.each([
  ["discard number 4444"],
  ["cardnumber 4444"],
  [`card number ${"-".repeat(40)} 4444`],
  ["身份4444"],
])("%j has none", (text) => expect(isNear(text)).toBe(false));
