import type { MaskStyle } from "@scrim/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { maskPartly } from "./mask.ts";

const EMAIL: MaskStyle = { style: "email" };
const CARD: MaskStyle = { style: "card" };
const FIRST: MaskStyle = { style: "keep_first", characters: 3 };
const LAST: MaskStyle = { style: "keep_last", characters: 4 };

const CASES: readonly (readonly [style: MaskStyle, value: string, masked: string | undefined])[] = [
  [{ style: "all" }, "anything", undefined],
  [EMAIL, "john@example.com", "j***@example.com"],
  [EMAIL, "ümlaut@example.com", "ü***@example.com"],
  [EMAIL, "j***@example.com", "j***@example.com"],
  [EMAIL, "no address", undefined],
  [EMAIL, "a b@example.com", undefined],
  [CARD, "4111 1111 1111 1111", "****1111"],
  [CARD, "****1111", "****1111"],
  [CARD, "not a card", undefined],
  [FIRST, "abcdefgh", "abc****"],
  [FIRST, "abc****", "abc****"],
  [FIRST, "abcd", undefined],
  [FIRST, "😀😀😀😀😀😀", "😀😀😀****"],
  [LAST, "12345678", "****5678"],
  [LAST, "1234567", undefined],
];

test.each(CASES)("%o of %s is %s", (style, value, masked) => {
  expect(maskPartly(value, style)).toBe(masked);
});

test("any value: masking twice changes nothing more", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.constantFrom(EMAIL, CARD, FIRST, LAST), (value, style) => {
      const once = maskPartly(value, style);
      if (once !== undefined) expect(maskPartly(once, style)).toBe(once);
    }),
  );
});
