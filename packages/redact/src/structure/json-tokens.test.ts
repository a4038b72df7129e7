import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as json from "./json-tokens.ts";

const NAMES: Readonly<Record<number, string>> = {
  [json.OBJECT_START]: "{",
  [json.OBJECT_END]: "}",
  [json.ARRAY_START]: "[",
  [json.ARRAY_END]: "]",
  [json.KEY]: "key",
  [json.STRING]: "string",
  [json.NUMBER]: "number",
  [json.END]: "end",
  [json.ERROR]: "error",
  [json.TOO_DEEP]: "too deep",
};

interface Reading {
  /** Each token with its text: `key a`, `{`. */
  readonly tokens: readonly string[];
  readonly end: string;
  readonly safe: number;
}

/** Reads to the end, and holds the reader to what it says about offsets on the way. */
function read(text: Uint8Array | string): Reading {
  const bytes = Buffer.from(text as string);
  const reader = new json.JsonTokens();
  const surrounded = Buffer.concat([Buffer.from('"{['), bytes, Buffer.from(']}"')]);
  const [start, end] = [3, 3 + bytes.length];
  reader.enter(surrounded, start, end);
  const tokens: string[] = [];
  let safe = start;
  for (let count = 0; ; count++) {
    expect(count, "more tokens than bytes").toBeLessThanOrEqual(bytes.length);
    const token = reader.next();
    expect(reader.safe).toBeGreaterThanOrEqual(safe);
    expect(reader.safe).toBeLessThanOrEqual(end);
    const name = NAMES[token] ?? "literal";
    if (token === json.END || token === json.ERROR || token === json.TOO_DEEP) {
      return { tokens, end: name, safe: reader.safe - start };
    }
    expect(reader.start, "a token begins where nothing was read yet").toBeGreaterThanOrEqual(safe);
    expect(reader.end).toBeLessThanOrEqual(reader.safe);
    safe = reader.safe;
    const isBracket = token <= json.ARRAY_END;
    tokens.push(isBracket ? name : `${name} ${surrounded.toString("utf8", reader.start, reader.end)}`);
  }
}

/** The tokens of a value that `JSON.parse` made, in the order in which `JSON.stringify` writes them. */
function tokensOf(value: unknown): string[] {
  if (typeof value === "string") return [`string ${JSON.stringify(value).slice(1, -1)}`];
  if (typeof value === "number") return [`number ${JSON.stringify(value)}`];
  if (typeof value !== "object" || value === null) return [`literal ${value}`];
  if (Array.isArray(value)) return ["[", ...value.flatMap(tokensOf), "]"];
  const members = Object.entries(value).flatMap(([key, member]) => [
    `key ${JSON.stringify(key).slice(1, -1)}`,
    ...tokensOf(member),
  ]);
  return ["{", ...members, "}"];
}

const DOCUMENTS = fc.jsonValue({ stringUnit: "binary" });

test("any JSON is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(DOCUMENTS, fc.constantFrom(undefined, 1, "\t\r\n"), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(read(text)).toEqual({
        tokens: tokensOf(value),
        end: "end",
        safe: Buffer.byteLength(text.trimEnd()),
      });
    }),
    { numRuns: 500 },
  );
});

test.each<[name: string, text: string, tokens: readonly string[]]>([
  ["every duplicate member", '{"a":1,"a":"x"}', ["{", "key a", "number 1", "key a", "string x", "}"]],
  ["escapes as they stand", String.raw`["\u0061\"\\"]`, ["[", String.raw`string \u0061\"\\`, "]"]],
  ["JSON lines", '{"a":1}\n[true]', ["{", "key a", "number 1", "}", "[", "literal true", "]"]],
  ["numbers of all forms", "[-0,1.5e+3,2E9]", ["[", "number -0", "number 1.5e+3", "number 2E9", "]"]],
  ["what Python writes", "[NaN,-Infinity]", ["[", "literal NaN", "literal -Infinity", "]"]],
  [
    "documents with commas between them",
    '{"a":1},{"a":2}',
    ["{", "key a", "number 1", "}", "{", "key a", "number 2", "}"],
  ],
  [
    "members without a comma",
    '{"a":1 "b":"x" "c":true}',
    ["{", "key a", "number 1", "key b", "string x", "key c", "literal true", "}"],
  ],
  ["a byte order mark", "\ufeff[1]", ["[", "number 1", "]"]],
  ["raw control characters", '["a\nb"]', ["[", "string a\nb", "]"]],
])("%s: read", (_, text, tokens) => {
  expect(read(text)).toEqual({ tokens, end: "end", safe: Buffer.byteLength(text) });
});

test.each<[name: string, text: string, safe: number]>([
  ["nothing", "", 0],
  ["a date in brackets", "[2026-11-21] started", 1],
  ["a word in brackets", "[INFO] started", 1],
  ["a card in groups", "[4111 1111]", 1],
  ["a number closed as a member", '{"n":12345678]', 5],
  ["a number closed as an element", "[12345678}", 1],
  ["a string that doesn't end", '{"a":"b', 5],
  ["a key without a colon", '{"a" "b"}', 1],
  ["a key that is none", "{a:1}", 1],
  ["a member missing", '{"a":1,}', 7],
  ["an element missing", "[1,]", 3],
  ["no comma", '["a" "b"]', 4],
  ["a word behind the value", '{"a":1} and more', 7],
  ["an object that doesn't end", '{"a":1', 5],
])("%s: an error, and safe up to the last byte that is JSON", (_, text, safe) => {
  expect(read(text)).toMatchObject({ end: "error", safe });
});

test("nesting ends where nobody needs it any more", () => {
  expect(read("[".repeat(64) + "]".repeat(64)).end).toBe("end");
  expect(read("[".repeat(65))).toMatchObject({ end: "too deep", safe: 64 });
  expect(read("[".repeat(100_000))).toMatchObject({ end: "too deep", safe: 64 });
});

describe("any bytes", () => {
  const pieces = fc
    .array(
      fc.constantFrom("{", "}", "[", "]", ",", ":", '"', "\\", "a", "1", "-", ".", "e", " ", "true", '"k":'),
    )
    .map((parts) => Buffer.from(parts.join("")));

  test("the reading ends, safe never goes back, and no token reaches beyond it", () => {
    fc.assert(
      fc.property(fc.oneof(pieces, fc.uint8Array()), (bytes) => {
        read(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  test("every cut of good JSON: the tokens are the first of the whole, and safe is no further", () => {
    fc.assert(
      fc.property(DOCUMENTS, (value) => {
        const bytes = Buffer.from(JSON.stringify(value));
        const whole = read(bytes);
        for (let cut = 0; cut < bytes.length; cut++) {
          const part = read(bytes.subarray(0, cut));
          expect(part.safe).toBeLessThanOrEqual(cut);
          if (part.end === "end") continue; // `12` of `123`
          expect(whole.tokens.slice(0, part.tokens.length)).toEqual(part.tokens);
        }
      }),
    );
  });
});
