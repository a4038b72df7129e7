import { DETECTORS, SENSITIVITY_CLASSES } from "@scrim/detect";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Pseudonyms } from "./pseudonym.ts";

const KEY = { version: 3, secret: Buffer.alloc(32, 7) };
const pseudonyms = new Pseudonyms(KEY);
const jane = Buffer.from("jane@example.com");
const token = pseudonyms.token(jane, "email", "direct_identifier");

test("equal values get equal tokens, others others", () => {
  expect(token).toMatch(/^email:v3:[bcdfghjklmnpqrst]{38}$/);
  expect(new Pseudonyms(KEY).token(jane, "email", "direct_identifier")).toBe(token);
  expect(pseudonyms.token(Buffer.from("john@example.com"), "email", "direct_identifier")).not.toBe(token);
});

describe("a token tells nothing about the value without", () => {
  const body = (text: string) => text.split(":")[2]!.slice(0, 32);

  test.each<[string, string]>([
    [
      "the key",
      new Pseudonyms({ ...KEY, secret: Buffer.alloc(32, 8) }).token(jane, "email", "direct_identifier"),
    ],
    ["the version", new Pseudonyms({ ...KEY, version: 4 }).token(jane, "email", "direct_identifier")],
    ["the class", pseudonyms.token(jane, "email", "credential")],
  ])("%s", (_, other) => {
    expect(body(other)).not.toBe(body(token));
  });
});

test("a token verifies whatever its name and version, the longest id of a detector included", () => {
  const names = [...DETECTORS.map(({ id }) => id), ...Object.keys(SENSITIVITY_CLASSES), "x".repeat(64)];
  for (const name of names) {
    for (const version of [1, 42, 9999]) {
      const written = new Pseudonyms({ ...KEY, version }).token(jane, name, "credential");
      expect(pseudonyms.isToken(Buffer.from(written)), name).toBe(true);
      expect(pseudonyms.find(`from ${written}, twice`)).toEqual([[5, 5 + written.length]]);
    }
  }
});

test.each<[name: string, text: string]>([
  ["a changed letter", token.replace(/.$/, token.endsWith("b") ? "c" : "b")],
  [
    "a changed value",
    token.replace(/:./, ":b").replace(/(?<=v3:)./, (letter) => (letter === "b" ? "c" : "b")),
  ],
  ["another name", token.replace("email", "phone")],
  ["another version", token.replace(":v3:", ":v4:")],
  ["a letter less", token.slice(0, -1)],
  ["a letter more", `${token}b`],
  ["a text before it", `my ${token}`],
  [
    "another key",
    new Pseudonyms({ ...KEY, secret: Buffer.alloc(32, 8) }).token(jane, "email", "direct_identifier"),
  ],
  ["nothing", ""],
])("is no token: %s", (_, text) => {
  expect(pseudonyms.isToken(Buffer.from(text))).toBe(false);
});

test("tokens are found in a text, forged ones are not", () => {
  const forged = token.replace(/.$/, token.endsWith("b") ? "c" : "b");
  const text = `a ${token} b ${forged} c=${token}; ${token}${token}`;
  const found = pseudonyms.find(text);
  expect(found).toHaveLength(4);
  for (const [start, end] of found) expect(text.slice(start, end)).toBe(token);
  expect(pseudonyms.find("no token here: v3")).toEqual([]);
});

test("any value and name: the token verifies, and no text around it hides it", () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.stringMatching(/^[a-z][a-z0-9_]{0,63}$/),
      fc.string({ unit: "grapheme-ascii" }),
      fc.string({ unit: "binary-ascii" }),
      (value, name, before, after) => {
        const written = pseudonyms.token(value, name, "payload");
        expect(pseudonyms.isToken(Buffer.from(written))).toBe(true);
        const text = `${before} ${written} ${after}`;
        expect(pseudonyms.find(text).map(([start, end]) => text.slice(start, end))).toContain(written);
      },
    ),
  );
});
