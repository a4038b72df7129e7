import { describe, expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";
import { DETECTORS } from "./catalogue.ts";
import { loadNativeEngine } from "./expressions/native-engine.ts";
import { PORTABLE_ENGINE } from "./expressions/portable-engine.ts";
import { hostileTexts } from "./lint/test-texts.ts";
import { compileScanner } from "./scanner.ts";

/** In JavaScript twice as long: shorter texts are matched by quicker means, and where those end the time jumps. */
const ENGINES = [
  { engine: loadNativeEngine(), sizeMax: 64 * 1024 },
  { engine: PORTABLE_ENGINE, sizeMax: 128 * 1024 },
].map(({ engine, sizeMax }) => ({
  name: engine.name,
  sizeMax,
  scanner: compileScanner(DETECTORS, { engine }),
}));

const BASE64 = Buffer.from("to a@b.co, and to c@d.co").toString("base64");

const CASES: readonly (readonly [name: string, text: (size: number) => string])[] = [
  ...hostileTexts(1).map((_, i) => [`hostile text ${i}`, (size: number) => hostileTexts(size)[i]!] as const),
  ["spaces", (size) => " ".repeat(size)],
  ["one long word", (size) => "a".repeat(size)],
  ["beginnings of private keys", (size) => filled("-----BEGIN PRIVATE KEY----- ", size)],
  [
    "beginnings of private keys and base64",
    (size) => filled("-----BEGIN PRIVATE KEY-----\nMIIBOgIBAAJBAKj3\n", size),
  ],
  ["passwords that never end", (size) => filled('password="', size)],
  ["keys of passwords", (size) => filled("password=", size)],
  ["lists of named passwords", (size) => filled('password","value":', size)],
  ["options of passwords", (size) => filled(" --password", size)],
  ["comparisons with passwords", (size) => filled('"abc"==password', size)],
  ["keys of tokens", (size) => filled("token_", size)],
  ["users on command lines", (size) => filled(" -u a", size)],
  ["password hashes without an end", (size) => filled("$6$aaaa", size)],
  ["logins of .netrc files", (size) => filled("login a password ", size)],
  ["nested token headers", (size) => filled("eyJhbGciOiJIUzI1NiJ9.", size)],
  ["addresses without a domain", (size) => filled("a@a.", size)],
  ["redacted addresses", (size) => "REDACTED.".repeat(Math.floor(size / 9)).concat("REDACTED@example.com")],
  ["users of URLs", (size) => filled("http://a:", size)],
  ["digits in groups", (size) => filled("4111 ", size)],
  ["plus signs", (size) => filled("+1 2", size)],
  ["colons", (size) => filled("a:", size)],
  ["percent escapes", (size) => filled("%41", size)],
  ["percent escapes of digits", (size) => filled("%34%31%31%31", size)],
  ["broken escapes", (size) => filled("\\u00%c3\\x&#&a", size)],
  ["backslashes", (size) => filled("\\", size).concat("\\u0041")],
  ["escapes of JSON", (size) => filled("\\u0041", size)],
  ["references", (size) => filled("&#64;", size)],
  ["zero-width spaces", (size) => filled("a\u200b", size / 2)],
  ["full-width digits", (size) => filled("４１", size / 3)],
  ["look-alikes", (size) => filled("а", size / 2).concat("a")],
  ["base64 of addresses", (size) => filled(BASE64, size)],
  ["words of base64", (size) => filled(`${BASE64} `, size)],
  ["pieces of base64", (size) => filled(`${BASE64}/`, size)],
  ["folded users of URLs", (size) => filled("ｈttp://a:", size / 2)],
];

function filled(piece: string, size: number): string {
  return piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
}

describe.each(ENGINES)("with $name", ({ scanner, sizeMax }) => {
  test.each(CASES)("scanning %s takes linear time", (_name, text) => {
    const prepare = (size: number) => {
      const bytes = Buffer.from(text(size));
      return () => scanner.scan(bytes);
    };
    expect(exponentOf(prepare, sizeMax)).toBeLessThan(EXPONENT_MAX);
  });
});
