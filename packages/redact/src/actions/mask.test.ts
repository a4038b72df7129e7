import type { MaskStyle } from "@scrim/policy";
import fc from "fast-check";
import { expect, test } from "vitest";
import { maskPartly } from "./mask.ts";

const EMAIL: MaskStyle = { style: "email" };
const CARD: MaskStyle = { style: "card" };
const keepFirst = (characters: number): MaskStyle => ({ style: "keep_first", characters });
const keepLast = (characters: number): MaskStyle => ({ style: "keep_last", characters });

test.each<[name: string, style: MaskStyle, value: string, masked: string]>([
  ["an address shows its first letter and its domain", EMAIL, "john@example.com", "j***@example.com"],
  ["a first letter outside the BMP stays one character", EMAIL, "😀smile@example.com", "😀***@example.com"],
  ["a masked address stays", EMAIL, "j***@example.com", "j***@example.com"],
  ["an address that begins with a star loses it", EMAIL, "*john@example.com", "***@example.com"],
  ["the last @ is the one before the domain", EMAIL, "a:b+c@example.co.uk", "a***@example.co.uk"],
  ["a card shows four digits", CARD, "4111 1111-1111 1111", "****1111"],
  ["a masked card stays", CARD, "****1111", "****1111"],
  ["the beginning is shown", keepFirst(3), "abcdefgh", "abc****"],
  ["the end is shown", keepLast(3), "abcdefgh", "****fgh"],
  ["characters count, not UTF-16 units", keepLast(1), "a😀", "****😀"],
  ["stars at the end of a long value don't mask it", keepFirst(2), "😀😀abcd, and more ****", "😀😀****"],
  ["stars at the beginning don't either", keepLast(2), "**** more, and abcd😀😀", "****😀😀"],
  ["a masked beginning stays", keepFirst(3), "abc****", "abc****"],
  ["a masked end stays", keepLast(3), "****fgh", "****fgh"],
])("%s", (_, style, value, masked) => {
  expect(maskPartly(value, style)).toBe(masked);
});

test.each<[name: string, style: MaskStyle, value: string]>([
  ["no @", EMAIL, "john.example.com"],
  ["nothing before the @", EMAIL, "@example.com"],
  ["two @", EMAIL, "john@home@example.com"],
  ["a space before the @", EMAIL, "call john@example.com"],
  ["a domain that could be anything", EMAIL, "john@4111111111111111"],
  ["a domain that ends in a card", EMAIL, "jane@shop.example4111111111111111"],
  ["eleven digits", CARD, "41111111111"],
  ["twenty digits", CARD, "41111111111111111111"],
  ["letters among the digits", CARD, "4111x1111x1111x1111"],
  ["fewer hidden characters than shown ones", keepFirst(4), "abcdefg"],
  ["fewer hidden characters than shown ones, from the end", keepLast(4), "abcdefg"],
  ["nothing", keepFirst(1), ""],
  ["everything to be masked", { style: "all" }, "anything"],
])("masks whole: %s", (_, style, value) => {
  expect(maskPartly(value, style)).toBeUndefined();
});

const STYLES = fc.oneof(
  fc.constantFrom<MaskStyle>(EMAIL, CARD),
  fc.integer({ min: 1, max: 64 }).map(keepFirst),
  fc.integer({ min: 1, max: 64 }).map(keepLast),
);
const VALUES = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("*", "a", "😀", "@", ".", "4", " ") }),
  fc.emailAddress(),
);

test("masking again changes nothing, and shows no more than half", () => {
  fc.assert(
    fc.property(VALUES, STYLES, (value, style) => {
      const masked = maskPartly(value, style);
      if (masked === undefined) return;
      expect(maskPartly(masked, style)).toBe(masked);
      if (masked === value || style.style === "email") return;
      const shown = [...masked].filter((character) => character !== "*").length;
      expect(shown).toBeLessThanOrEqual([...value].length / 2);
    }),
    { numRuns: 2000 },
  );
});

test("a value of megabytes is not taken apart to show four characters of it", () => {
  const long = "x".repeat(16 << 20);
  const before = process.memoryUsage().heapUsed;
  expect(maskPartly(long, keepLast(4))).toBe("****xxxx");
  expect(maskPartly(long, keepFirst(4))).toBe("xxxx****");
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 * long.length);
});
