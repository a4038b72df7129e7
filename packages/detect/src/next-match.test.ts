import fc from "fast-check";
import RE2 from "re2";
import { expect, test } from "vitest";
import { matchEnd, NextMatch } from "./next-match.ts";

const TEXTS = fc.string({ unit: fc.constantFrom("a", "b", "\0"), maxLength: 40 });

test("at the beginning of each text, what is remembered is what a new search finds", () => {
  fc.assert(
    fc.property(TEXTS, (text) => {
      const buffer = Buffer.from(text);
      const pattern = new RE2("ab", "g");
      const next = new NextMatch(pattern, buffer);
      for (let from = 0; from < buffer.length; from++) {
        if (from > 0 && text[from - 1] !== "\0") continue;
        const expected = text.indexOf("ab", from);
        expect(next.after(from)).toBe(expected < 0 ? -1 : expected + 2);
        expect(matchEnd(pattern, buffer, from)).toBe(next.after(from));
      }
    }),
  );
});

test("a run that begins behind the end of a text is seen", () => {
  expect(matchEnd(new RE2("[^a]b", "g"), Buffer.from("a\0b"), 2)).toBe(3);
});
