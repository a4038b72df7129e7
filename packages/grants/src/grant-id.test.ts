import { compileScanner, DETECTORS } from "@scrim/detect";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createGrantId, GrantIdSchema } from "./grant-id.ts";

const scanner = compileScanner(DETECTORS);
const found = (id: string) => scanner.scan(Buffer.from(id), "scrim.grant.id").findings.length;
const isId = (text: string) => GrantIdSchema.safeParse(text).success;

test.each([
  ["00112233aabbccdd", true],
  ["01234567890abcde", true],
  ["0123456789012abc", false],
  ["4111111111111111", false],
  ["be68539007547034", false],
  ["be61054914083a28", false],
  ["00112233AABBCCDD", false],
  ["00112233aabbccd", false],
  ["00112233aabbccdd0", false],
])("%s is an id: %s", (text, expected) => {
  expect(isId(text)).toBe(expected);
});

test("what is refused would be masked", () => {
  expect(["4111111111111111", "be68539007547034", "be61054914083a28"].map(found)).toEqual([1, 1, 1]);
});

test("new ids differ, and are ones", () => {
  const ids = Array.from({ length: 10_000 }, createGrantId);
  expect(new Set(ids).size).toBe(10_000);
  expect(ids.every(isId)).toBe(true);
});

test("no id is taken for personal data, however many digits it has", () => {
  const digit = fc.constantFrom(..."0123456789");
  const letter = fc.constantFrom(..."abcdef");
  const hex = fc.oneof({ weight: 6, arbitrary: digit }, { weight: 1, arbitrary: letter });
  const id = fc.string({ unit: hex, minLength: 16, maxLength: 16 }).filter(isId);
  fc.assert(
    fc.property(id, (text) => {
      expect(found(text)).toBe(0);
    }),
    { numRuns: 20_000 },
  );
});
