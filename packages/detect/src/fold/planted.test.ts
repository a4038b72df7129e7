import fc from "fast-check";
import { expect, test } from "vitest";
import { DETECTORS } from "../catalogue.ts";
import { compileScanner } from "../scanner.ts";

const scanner = compileScanner(DETECTORS);

/** What must be found, however it is written. */
const SECRETS = [
  "jane.doe@shop.example",
  "4111111111111111",
  "4111-1111-1111-1111",
  "DE89370400440532013000",
  "123-45-6789",
  "+49 30 1234567",
  "3c:07:54:1a:2b:3c",
  "AKIAIOSFODNN7QXAMPL3",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJlLW9mLWNhbmFyeQ",
];

/** A character as it may be written instead; itself where it has no such form. */
type Trick = (character: string, code: number) => string;

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, "0");
const SPACES = ["\u00a0", "\u2007", "\u202f", "\u3000"];
const HYPHENS = ["\u2010", "\u2013", "\u2212", "\uff0d"];

const TRICKS: readonly Trick[] = [
  (character) => character,
  (character, code) => (character === " " ? character : String.fromCodePoint(code + 0xfee0)),
  (character, code) => (/[0-9]/.test(character) ? String.fromCodePoint(code + 0x630) : character),
  (character, code) =>
    /[A-Za-z]/.test(character)
      ? String.fromCodePoint(code + (code < 0x60 ? 0x1d400 - 0x41 : 0x1d41a - 0x61))
      : character,
  (character, code) => (character === " " ? SPACES[code % SPACES.length]! : character),
  (character, code) => (character === "-" ? HYPHENS[code % HYPHENS.length]! : character),
  (character) => `${character}\u200b`,
  (character) => `${character}\u00ad\u2060`,
  (character) => `${character}\ufe0f`,
  (_, code) => `\\u${hex(code, 4)}`,
  (_, code) => `\\x${hex(code, 2)}`,
  (_, code) => `%${hex(code, 2)}`,
  (_, code) => `&#${code};`,
  (_, code) => `&#x${hex(code, 1)};`,
];

const whole = (trick: Trick) => (text: string) =>
  Array.from(text, (character) => trick(character, character.charCodeAt(0))).join("");

const written = fc.constantFrom(...SECRETS).chain((secret) =>
  fc.oneof(
    fc.constantFrom(...TRICKS.map(whole)).map((write) => write(secret)),
    fc
      .array(fc.constantFrom(...TRICKS), { minLength: secret.length, maxLength: secret.length })
      .map((tricks) => Array.from(secret, (c, i) => tricks[i]!(c, c.charCodeAt(0))).join("")),
    fc
      .constantFrom<BufferEncoding>("base64", "base64url")
      .map((encoding) => Buffer.from(`is ${secret} so`).toString(encoding)),
  ),
);

const around = fc.constantFrom(
  "",
  "seen ",
  "Größe: ",
  "日本語 ",
  "❤️ ",
  "a%20b ",
  "&amp; ",
  "C:\\users ",
  "\u200b ",
);

test("any finding under any tricks is found, and none of its bytes is left", () => {
  fc.assert(
    fc.property(around, written, around, (before, secret, after) => {
      const text = Buffer.from(`${before}${secret} ${after}`);
      const start = Buffer.byteLength(before);
      const end = start + Buffer.byteLength(secret.replace(/(?:\u200b|\u00ad|\u2060|\ufe0f)+$/, ""));
      const { findings } = scanner.scan(text);
      expect(findings.some((finding) => finding.start <= start && finding.end >= end)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
