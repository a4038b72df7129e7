import fc from "fast-check";
import { expect, test } from "vitest";
import { keptBytes } from "./kept-bytes.ts";

test("what is kept is the same bytes, in memory that is at most twice as large", () => {
  fc.assert(
    fc.property(fc.nat(5_000), fc.nat(70_000), fc.nat(70_000), (length, before, behind) => {
      const bytes = Buffer.alloc(before + length + behind, "bytes").subarray(before, before + length);
      const kept = keptBytes(bytes);
      expect(kept.equals(bytes)).toBe(true);
      expect(kept.buffer.byteLength).toBeLessThanOrEqual(2 * length);
    }),
  );
});

test("what fills its memory is kept as it is", () => {
  const bytes = Buffer.alloc(100_000);
  expect(keptBytes(bytes)).toBe(bytes);
});

test("a buffer that Node has cut out of a large one gets memory of its own", () => {
  const bytes = keptBytes(Buffer.from("a small request"));
  expect(bytes.buffer.byteLength).toBe(bytes.length);
});
