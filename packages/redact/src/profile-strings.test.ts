import { expect, test } from "vitest";
import { field } from "../test/otlp.ts";
import { ProfileStrings } from "./profile-strings.ts";

const strings = ["", "user.name", "jane"].map((text) => field(5, text));
/** An entry of the attribute table: `KeyValueAndUnit` with these keys and an empty value. */
const entry = (...keys: readonly number[]) =>
  field(6, Buffer.concat([...keys.map((key) => Buffer.of(0x08, key)), field(2, "")]));
const request = (...parts: readonly Buffer[]) => field(2, Buffer.concat(parts));
const textAt = (bytes: Buffer, range: readonly [number, number] | undefined) =>
  range && bytes.toString("utf8", range[0], range[1]);

test("strings are found by index, in a dictionary that comes in pieces too", () => {
  const bytes = Buffer.concat([request(...strings.slice(0, 2)), request(strings[2]!)]);
  const profile = new ProfileStrings(bytes);
  expect(profile.length).toBe(3);
  expect([0, 1, 2, 3, -1].map((index) => textAt(bytes, profile.range(index)))).toEqual([
    "",
    "user.name",
    "jane",
    undefined,
    undefined,
  ]);
  expect(profile.isTableEntry(profile.range(1)![0])).toBe(true);
  expect(profile.isTableEntry(profile.range(1)![0] + 1)).toBe(false);
});

test.each<[name: string, keys: readonly number[], expected: readonly number[]]>([
  ["one", [1], [1]],
  ["none, which is the first string", [], [0]],
  ["two, since decoders disagree which counts", [1, 2], [1, 2]],
  ["each once, however often it comes", [1, 2, 1, 1], [1, 2]],
])("the keys of an attribute: %s", (_, keys, expected) => {
  const bytes = request(...strings, entry(...keys));
  const valueStart = bytes.length; // the value is empty, and last
  const found = new ProfileStrings(bytes).keysOfEntry(valueStart);
  expect(found).toEqual(expected);
});

test("strings that are keys are known by who asked for them", () => {
  const profile = new ProfileStrings(request(...strings, entry(1)));
  expect(profile.isKey(1)).toBe(false);
  profile.keyRange(1);
  expect(profile.isKey(1)).toBe(true);
  expect(profile.isKey(2)).toBe(false);
});
