import fc from "fast-check";
import { expect, test } from "vitest";
import { NOW, OTHER_TRACE_ID, TRACE_ID } from "../test/fixtures.ts";
import { isAuthentic, mintToken, parseToken, TOKEN_LENGTH } from "./trace-token.ts";

const KEY = Buffer.alloc(32, 7);
const CLAIMS = { grant: "00112233aabbccdd", expiresAt: NOW + 120, severity: 5 };
const TOKEN = mintToken(KEY, CLAIMS, TRACE_ID);

const hex = (digits: number) =>
  fc
    .uint8Array({ minLength: digits / 2, maxLength: digits / 2 })
    .map((bytes) => Buffer.from(bytes).toString("hex"));

test("what is minted has 40 characters, and says and proves what it was minted with", () => {
  const claims = fc.record({
    grant: hex(16),
    expiresAt: fc.integer({ min: 0, max: 0xffffffff }),
    severity: fc.integer({ min: 1, max: 24 }),
  });
  fc.assert(
    fc.property(claims, hex(32), (said, traceId) => {
      const token = mintToken(KEY, said, traceId);
      expect(token).toMatch(/^[A-Za-z0-9_-]{40}$/);
      expect(parseToken(token)).toEqual(said);
      expect(isAuthentic(KEY, token, traceId)).toBe(true);
    }),
  );
});

test.each([
  ["another trace", () => isAuthentic(KEY, TOKEN, OTHER_TRACE_ID)],
  ["another key", () => isAuthentic(Buffer.alloc(32, 8), TOKEN, TRACE_ID)],
  ["a trace id in capitals", () => isAuthentic(KEY, TOKEN, TRACE_ID.toUpperCase())],
  ["a trace id with digits missing", () => isAuthentic(KEY, TOKEN, TRACE_ID.slice(2))],
  ["no trace", () => isAuthentic(KEY, TOKEN, "")],
  ["no token", () => isAuthentic(KEY, "", TRACE_ID)],
])("%s proves nothing", (_, proves) => {
  expect(proves()).toBe(false);
});

test("a token of which one bit is changed proves nothing", () => {
  fc.assert(
    fc.property(fc.nat(239), (bit) => {
      const bytes = Buffer.from(TOKEN, "base64url");
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(isAuthentic(KEY, bytes.toString("base64url"), TRACE_ID)).toBe(false);
    }),
    { numRuns: 240 },
  );
});

const changed = (at: number, value: number) => {
  const bytes = Buffer.from(TOKEN, "base64url");
  bytes[at] = value;
  return bytes.toString("base64url");
};

test.each([
  ["empty", ""],
  ["short", TOKEN.slice(1)],
  ["long", `${TOKEN}A`],
  ["padded", `${TOKEN.slice(0, 39)}=`],
  ["in the other base64", `${TOKEN.slice(0, 39)}+`],
  ["of another version", changed(0, 2)],
  ["of no severity", changed(13, 0)],
  ["of a severity past the last", changed(13, 25)],
])("a token that is %s is none", (_, text) => {
  expect(parseToken(text)).toBe(undefined);
});

test("whatever text comes, nothing is thrown and nothing proved", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 60, unit: "binary" }),
    fc.string({ minLength: TOKEN_LENGTH, maxLength: TOKEN_LENGTH, unit: fc.constantFrom(..."AQz09_-") }),
  );
  fc.assert(
    fc.property(text, text, (token, traceId) => {
      parseToken(token);
      expect(isAuthentic(KEY, token, traceId)).toBe(false);
      expect(isAuthentic(KEY, token, TRACE_ID)).toBe(false);
    }),
  );
});
