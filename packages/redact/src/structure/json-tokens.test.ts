import fc from "fast-check";
import { expect, test } from "vitest";
import * as json from "./json-tokens.ts";

/** Every token of a text as its kind and its text, up to the end or the error. */
function tokensOf(text: string): {
  readonly tokens: (readonly [kind: number, text: string])[];
  readonly safe: number;
} {
  const bytes = Buffer.from(text);
  const reader = new json.JsonTokens();
  reader.enter(bytes, 0, bytes.length);
  const tokens: (readonly [number, string])[] = [];
  let safe = 0;
  for (let steps = 0; ; steps++) {
    expect(steps, "it ends").toBeLessThanOrEqual(bytes.length + 1);
    const kind = reader.next();
    expect(reader.safe, "safe only grows").toBeGreaterThanOrEqual(safe);
    expect(reader.safe).toBeLessThanOrEqual(bytes.length);
    safe = reader.safe;
    const done = kind === json.END || kind === json.ERROR;
    tokens.push([kind, done ? "" : bytes.toString("utf8", reader.start, reader.end)]);
    if (done) return { tokens, safe };
  }
}

/** The same tokens, from a value that JavaScript parsed. */
function expected(value: unknown): (readonly [number, string])[] {
  if (typeof value === "string") return [[json.STRING, JSON.stringify(value).slice(1, -1)]];
  if (typeof value === "number") return [[json.NUMBER, JSON.stringify(value)]];
  if (Array.isArray(value))
    return [[json.ARRAY_START, "["], ...value.flatMap(expected), [json.ARRAY_END, "]"]];
  if (typeof value !== "object" || value === null) return [[8, JSON.stringify(value)]];
  const members = Object.entries(value).flatMap(([key, member]) => [
    [json.KEY, JSON.stringify(key).slice(1, -1)] as const,
    ...expected(member),
  ]);
  return [[json.OBJECT_START, "{"], ...members, [json.OBJECT_END, "}"]];
}

test("any JSON document is read as JavaScript reads it, however it is spaced", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 1, "\t"), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(tokensOf(text).tokens).toEqual([...expected(JSON.parse(text)), [json.END, ""]]);
    }),
  );
});

test("any text comes to an end or an error", () => {
  const unit = fc.constantFrom(...'{}[]",:\\ 01-e.tfn\n', "true", "null");
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      tokensOf(text);
    }),
  );
});

test("both of two members with one key are read", () => {
  expect(tokensOf('{"a":1,"a":2}').tokens.map(([, text]) => text)).toEqual([
    "{",
    "a",
    "1",
    "a",
    "2",
    "}",
    "",
  ]);
});

const REFUSED: readonly (readonly [name: string, text: string, safe: number])[] = [
  ["a log line", "[INFO] started", 1],
  ["numbers with dashes between them", "[4111-1111]", 1],
  ["a date", "[2026-11-21]", 1],
  ["an unfinished string", '{"a":"b', 5],
  ["an unfinished number", '{"a":12', 5],
  ["text behind a value", '{"a":1} and more', 8],
  ["a missing comma", "[1 2]", 1],
  ["a leading comma", "[,1]", 1],
];
test.each(REFUSED)("%s is an error, and what was read before it is known", (_, text, safe) => {
  const result = tokensOf(text);
  expect(result.tokens.at(-1)![0]).toBe(json.ERROR);
  expect(result.safe).toBeLessThanOrEqual(safe);
});

test("JSON lines are read one after the other", () => {
  expect(tokensOf('{"a":1}\n[2]').tokens.at(-1)![0]).toBe(json.END);
});

test("nesting past the limit is an error that says so", () => {
  const reader = new json.JsonTokens();
  const bytes = Buffer.from("[".repeat(100_000));
  reader.enter(bytes, 0, bytes.length);
  let kind = 0;
  for (let steps = 0; kind !== json.ERROR && steps < 1000; steps++) kind = reader.next();
  expect([kind, reader.tooDeep]).toEqual([json.ERROR, true]);
});
