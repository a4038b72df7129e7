import fc from "fast-check";
import RE2 from "re2";
import { expect, test } from "vitest";
import { keyed, keyedPattern } from "./keyed-value.ts";

const KEYS = "(?i:pass(?:word)?)[a-z_]{0,4}";

const PIECES = fc
  .array(
    fc.constantFrom(
      ..."password|pass|_x|=|:|=>| |\t|\"|'|`|\\|,|value|(|)|[|]|0|@|--|is|==|!=|;|>|<|hunter2|a|é|name".split(
        "|",
      ),
    ),
    { minLength: 2, maxLength: 14 },
  )
  .map((pieces) => Buffer.from(pieces.join("")).toString("latin1"));

test("the value is where the captures of the whole expression have it", () => {
  const { pattern, narrow } = keyed(KEYS);
  const exact = new RE2(pattern);
  const captured = new RE2(`^(?:${keyedPattern(KEYS, "(")})$`);
  let compared = 0;
  fc.assert(
    fc.property(PIECES, (text) => {
      const match = exact.exec(text)?.[0];
      if (match === undefined) return;
      compared++;
      const [start, end] = narrow(match);
      const captures = captured.exec(match)!.slice(1);
      const value = captures.find((capture) => capture !== undefined)!;
      expect(value).toContain(match.slice(start, end));
      const quotes = /^\\*["'`]/.exec(value)?.[0].length ?? 0;
      expect(start).toBe(captures.at(-1) === undefined ? match.length - value.length + quotes : 1);
    }),
    { numRuns: 5000 },
  );
  expect(compared).toBeGreaterThan(300);
});
