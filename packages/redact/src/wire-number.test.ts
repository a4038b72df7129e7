import { expect, test } from "vitest";
import { value, varint } from "../test/otlp.ts";
import { doubleDigits, intDigits, readDouble, wholeDigits } from "./wire-number.ts";

const double = (number: number) => value.double(number).subarray(1);

test.each<[number: bigint, digits: string | undefined]>([
  [0n, undefined],
  [9_999_999n, undefined],
  [10_000_000n, "10000000"],
  [4111111111111111n, "4111111111111111"],
  [2n ** 49n, String(2n ** 49n)],
  [2n ** 63n - 1n, "9223372036854775807"],
  [-(2n ** 63n), "9223372036854775808"],
  [-10_000_000n, "10000000"],
])("of the integer %d the digits are %s", (number, digits) => {
  const bytes = varint(number);
  expect(intDigits(Buffer.concat([Buffer.of(1), bytes]), 1, 1 + bytes.length)).toBe(digits);
});

test("an integer in more bytes than it needs says the same", () => {
  const padded = Buffer.of(0x81, 0x80, 0x80, 0x80, 0x80, 0x00);
  expect(intDigits(padded, 0, padded.length)).toBeUndefined();
  const long = Buffer.concat([Buffer.from([0x80, 0xad, 0xe2, 0x84]), Buffer.from([0x80, 0x80, 0x80, 0x00])]);
  expect(intDigits(long, 0, long.length)).toBe("10000000");
});

test.each<[number: number, digits: string | undefined]>([
  [1e7, "10000000"],
  [9_999_999, undefined],
  [4111111111111111, "4111111111111111"],
  [-4111111111111111, "4111111111111111"],
  [12345678.5, undefined],
  [1e20, "100000000000000000000"],
  [1e21, undefined],
  [Number.NaN, undefined],
  [Number.NEGATIVE_INFINITY, undefined],
  [-0, undefined],
])("of the double %d the digits are %s", (number, digits) => {
  expect(readDouble(double(number), 0)).toBe(number);
  expect(doubleDigits(double(number), 0)).toBe(digits);
  expect(wholeDigits(number)).toBe(digits);
});
