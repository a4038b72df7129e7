import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeVarint } from "../test/wire-model.ts";
import { readInt64, readUint64, uint32Size, writeUint32 } from "./index.ts";

const EDGES = [0, 127, 128, 16383, 16384, 2 ** 21 - 1, 2 ** 21, 2 ** 28 - 1, 2 ** 28, 2 ** 32 - 1];

test("a 32-bit number is written in as many bytes as it is said to take", () => {
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...EDGES), fc.nat(2 ** 32 - 1)), (value) => {
      const target = Buffer.alloc(8, 0xee);
      const end = writeUint32(target, 1, value);
      expect(end - 1).toBe(uint32Size(value));
      expect(target.subarray(1, end)).toEqual(encodeVarint(BigInt(value)));
      expect([target[0], target[end]]).toEqual([0xee, 0xee]);
    }),
  );
});

test("a 64-bit number is read as it was written, with and without its sign, padded or not", () => {
  fc.assert(
    fc.property(fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n), fc.nat(9), (value, padding) => {
      const bytes = encodeVarint(value, padding);
      expect(readUint64(bytes, 0, bytes.length)).toBe(BigInt.asUintN(64, value));
      expect(readInt64(bytes, 0, bytes.length)).toBe(BigInt.asIntN(64, value));
    }),
  );
});

test("bits past the sixty-fourth are ignored", () => {
  const bytes = Buffer.from("ffffffffffffffffff7f", "hex");
  expect(readUint64(bytes, 0, bytes.length)).toBe(2n ** 64n - 1n);
});
