import { FieldWalker, KEY, LEN } from "@scrim/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { plainKeyLength } from "./plain-key-value.ts";

const PLAIN: readonly [name: string, hex: string, length: number][] = [
  ["a key and a value", "0a016112030a0162", 1],
  ["a key alone", "0a0161", 1],
  ["an empty key and an empty value", "0a001200", 0],
  ["a value of 200 bytes", `0a016112c801${"00".repeat(200)}`, 1],
  ["nothing", "", -1],
  ["a value alone", "12020a00", -1],
  ["the value first", "12000a0161", -1],
  ["two keys", "0a01610a0162", -1],
  ["a key behind the value", "0a016112000a0162", -1],
  ["something unknown behind the value", "0a016112001801", -1],
  ["a key that ends past the end", "0a0561", -1],
  ["a value that ends past the end", "0a01611205", -1],
  ["a length that takes more bytes than it needs", "0a8100611200", -1],
];

test.each(PLAIN)("%s", (_, hex, length) => {
  const bytes = Buffer.from(`ff${hex}ff`, "hex");
  expect(plainKeyLength(bytes, 1, bytes.length - 1)).toBe(length);
});

test("any bytes: what is plain has just the one key, where it is said to be", () => {
  const byte = fc.oneof(fc.constantFrom(0x0a, 0x12, 0, 1, 2, 3), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 20 }), (content) => {
      const bytes = Buffer.from(content);
      const length = plainKeyLength(bytes, 0, bytes.length);
      if (length < 0) return;
      const walker = new FieldWalker();
      const keys: number[][] = [];
      walker.enter(bytes, 0, bytes.length);
      while (walker.next())
        if (walker.field === KEY && walker.wire === LEN) keys.push([walker.start, walker.end]);
      expect(keys).toEqual([[2, 2 + length]]);
    }),
    { numRuns: 5_000 },
  );
});
