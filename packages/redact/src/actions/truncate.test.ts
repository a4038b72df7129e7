import fc from "fast-check";
import { expect, test } from "vitest";
import { isLabel, knowLabels } from "../labels.ts";
import { cutText } from "./truncate.ts";

knowLabels(["email", "x".repeat(64)]);
const cut = (text: string, bytes: number) => cutText(Buffer.from(text), bytes).toString();

test.each<[name: string, text: string, bytes: number, expected: string]>([
  ["a short text stays", "abc", 3, "abc"],
  ["a long text is cut", "abcd", 3, "abc"],
  ["a character is not cut", "aé", 2, "a"],
  ["one of four bytes neither", "😀", 3, ""],
  ["a label goes whole", "mail [REDACTED:email] x", 10, "mail "],
  ["a label that just fits stays", "[REDACTED:email] x", 16, "[REDACTED:email]"],
  ["a bracket before the label stays", "[a [REDACTED:email]", 12, "[a "],
  ["the longest label goes whole", `a[REDACTED:${"x".repeat(64)}]`, 75, "a"],
  ["half a label that was cut before stays", "a [REDACTED:em", 13, "a [REDACTED:e"],
  ["a text that is a label stays whole", "[REDACTED:email]", 5, "[REDACTED:email]"],
])("%s", (_, text, bytes, expected) => {
  expect(cut(text, bytes)).toBe(expected);
});

test("what is cut is a beginning, is UTF-8, and is not cut again", () => {
  const texts = fc
    .array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("[REDACTED:email]", "[REDACTED:", "]")))
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 60 }), (text, bytes) => {
      const whole = Buffer.from(text);
      const part = cutText(whole, bytes);
      expect(part.length <= bytes || isLabel(whole)).toBe(true);
      expect(Buffer.from(part.toString()).equals(part)).toBe(true);
      expect(whole.subarray(0, part.length).equals(part)).toBe(true);
      expect(cutText(part, bytes).equals(part)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
