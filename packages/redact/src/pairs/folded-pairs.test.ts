import fc from "fast-check";
import { expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../../test/measure/linear-time.ts";
import { POLICIES, planOf } from "../../test/plans.ts";
import { redactTexts } from "../../test/texts.ts";
import { createRedactor } from "../index.ts";

const redact = redactTexts();
const CREDENTIAL = "[REDACTED:credential]";
const PERSON = "[REDACTED:direct_identifier]";
const base64 = (text: string) => Buffer.from(text).toString("base64");

test.each<[name: string, text: string, expected: string]>([
  ["a key with a zero-width space", "nick\u200bname=Jane Doe, x", `nick\u200bname=${PERSON}, x`],
  ["a full-width key", "ｎｉｃｋｎａｍｅ=Jane x", `ｎｉｃｋｎａｍｅ=${PERSON} x`],
  ["a Cyrillic letter in a key", "nickn\u0430me=Jane x", `nickn\u0430me=${PERSON} x`],
  ["a full-width colon", "nickname：Jane Doe", `nickname：${PERSON}`],
  ["escapes in a key", String.raw`nick\u006eame=Jane x`, String.raw`nick\u006eame=${PERSON} x`],
  [
    "escapes of nginx",
    String.raw`{\x22nickname\x22:\x22Jane Doe\x22}`,
    String.raw`{\x22nickname\x22:\x22${PERSON}\x22}`,
  ],
  ["a percent-encoded key", "GET /?api%5Fkey=hunter2&n=1 200", "GET /?api%5Fkey=REDACTED&n=1 200"],
  ["a percent-encoded pair", "got nickname%3DJane%20Doe%26n%3D1 x", `got nickname%3D${PERSON}%26n%3D1 x`],
  [
    "percent-encoded JSON",
    `got ${encodeURIComponent('{"nickname":"Jane Doe","n":1}')} x`,
    `got ${encodeURIComponent('{"nickname":"')}${PERSON}${encodeURIComponent('","n":1}')} x`,
  ],
  [
    "quotes as references",
    "{&quot;nickname&quot;:&quot;Jane Doe&quot;}",
    `{&quot;nickname&quot;:&quot;${PERSON}&quot;}`,
  ],
  ["tags as references", "&lt;secret&gt;a b&lt;/secret&gt;", `&lt;secret&gt;${CREDENTIAL}&lt;/secret&gt;`],
  ["base64 of a pair", `state=${base64("nickname=Jane Doe, x")} x`, `state=${PERSON} x`],
  [
    "both ways in one text",
    "secret=a1 and nick%6Eame=Jane x",
    `secret=${CREDENTIAL} and nick%6Eame=${PERSON} x`,
  ],
])("%s", (_, text, expected) => {
  expect(redact(text).text).toBe(expected);
});

test.each([
  "page%5Fcount=3 n%3D1",
  "100% of full_name%s",
  "it&apos;s &quot;done&quot;",
  String.raw`C:\users\token\u0041`,
  base64("page 7 of 12, sorted by name"),
  "full\u200b_name=[REDACTED:direct_identifier]",
  "Überprüfung der Größe=5 läuft",
])("left alone: %s", (text) => {
  expect(redact(text).text).toBe(text);
});

const TRICKS: readonly ((text: string) => string)[] = [
  (text) => text.replace(/[a-z]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0)),
  (text) => text.replace(/(?<=[a-z])(?=[a-z])/g, "\u200b"),
  (text) => text.replace(/[a-z_]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`),
  (text) => text.replace(/[a-z_]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
  (text) => text.replace(/[a-z_]/g, (c) => `&#${c.charCodeAt(0)};`),
];

test("whatever is done to a key, its value is gone, and what is around stays", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TRICKS),
      fc.constantFrom("secret", "api_key", "full_name", "password"),
      fc.stringMatching(/^Z[a-z]{3}[0-9]{3}$/),
      fc.constantFrom("", "n=1 ", "a; "),
      (trick, key, value, before) => {
        const { text } = redact(`${before}${trick(key)}=${value} end`);
        expect(text).toMatch(/=\[REDACTED:\w+\] end$/);
        expect(text.startsWith(before + trick(key))).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

const pieces = fc.constantFrom(
  ..."secret full_name %3D %20 %26 &quot; &#61; \\u005f \\x22 \u200b ： ＝ = : ; & Jane hunter2 %5Fkey api [REDACTED:credential] REDACTED".split(
    " ",
  ),
  " ",
  "\n",
  base64("full_name=Jane Doe, x"),
  '{"a":"',
  "jane@leak.example",
);

test.each(Object.entries(POLICIES))("redacting again changes nothing: %s", (_, yaml) => {
  const redactUnder = redactTexts(planOf(yaml));
  fc.assert(
    fc.property(
      fc.array(pieces, { maxLength: 14 }),
      fc.constantFrom("k", "url.full", "url.query"),
      (all, key) => {
        redactUnder(all.join(""), key);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  "secret%3Da ",
  "&quot;secret&quot;:",
  "\u200bsecret=a ",
  "%7B%22a%22:",
  base64("secret=a b c, d e f "),
])("time grows with the text, not with its square: %s", (unit) => {
  const redactor = createRedactor(
    planOf(
      "limits: { value_bytes_max: 2097152, record_bytes_max: 8388608, candidates_max: 100000 }\ndetectors: { use: [] }",
    ),
  );
  const prepare = (size: number) => {
    const text = Buffer.from(unit.repeat(Math.floor(size / unit.length)));
    return () => redactor.redactText(text);
  };
  expect(exponentOf(prepare, 256 * 1024)).toBeLessThan(EXPONENT_MAX);
});
