import fc from "fast-check";
import { expect, test } from "vitest";
import { ownText } from "./own-text.ts";

test("any text stays what it is, at any length", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat({ max: 2_000 }), (text, times) => {
      const long = text.repeat(times);
      expect(ownText(long)).toBe(long.toWellFormed());
    }),
  );
});

test("half a character becomes what UTF-8 has for it", () => {
  expect(ownText(`${"a".repeat(20)}\ud83d`)).toBe(`${"a".repeat(20)}\ufffd`);
});
