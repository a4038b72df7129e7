import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";
import { attribute, logsOf, value } from "../test/otlp.ts";
import { POLICIES, planOf } from "../test/plans.ts";
import { redactTexts } from "../test/texts.ts";
import { createRedactor } from "./index.ts";

const redact = redactTexts();
const CARD = '"[REDACTED:credit_card]"';
const EMAIL = '"[REDACTED:email]"';
const KEY = ["AKIA", "IOSF", "ODNN", "7QXA", "MPL3"];

describe("a text in pieces", () => {
  test.each<[name: string, text: string, expected: string]>([
    ["a card", '["4111","1111","1111","1111"]', `[${CARD},${CARD},${CARD},${CARD}]`],
    ["an address", '{"to":["jane","@","leak.example"]}', `{"to":[${EMAIL},${EMAIL},${EMAIL}]}`],
    ["a key", JSON.stringify(KEY), `[${KEY.map(() => '"[REDACTED:api_key:aws]"').join(",")}]`],
    ["between signs", '["(","4111","111111111111",")"]', `["(",${CARD},${CARD},")"]`],
    ["in a list in a list", '[["4111","111111111111"],["a"]]', `[[${CARD},${CARD}],["a"]]`],
  ])("%s", (_, text, expected) => {
    expect(redact(text).text).toBe(expected);
  });

  test("in a list of the wire", () => {
    const batch = logsOf([], attribute("parts", value.array(...KEY.map((piece) => value.string(piece)))));
    const redactor = createRedactor(planOf(""));
    const { bytes } = redactor.redact("logs", batch);
    const text = bytes.toString("latin1");
    for (const piece of KEY) expect(text).not.toContain(piece);
    expect(redactor.redact("logs", bytes).bytes).toBe(bytes);
  });

  const address = (bytes: number) => `${"a".repeat(bytes)}@leak.example`;
  test.each<[name: string, pieces: readonly (string | number)[]]>([
    ["one string was too long", ["jane", "@", "leak.example", address(60)]],
    ["one was a number", ["jane", "@", "leak.example", 4111111111111111]],
    ["there were too many bytes", ["4111", "111111111111", ...Array.from({ length: 5 }, () => address(45))]],
  ])("that can be read whole once it is redacted, where before %s, is", (_, pieces) => {
    const { text } = redact(JSON.stringify(pieces));
    expect(text).not.toContain(pieces[1]);
    const batch = logsOf(
      [],
      attribute(
        "parts",
        value.array(
          ...pieces.map((piece) =>
            typeof piece === "string" ? value.string(piece) : value.int(BigInt(piece)),
          ),
        ),
      ),
    );
    const redactor = createRedactor(planOf(""));
    const { bytes } = redactor.redact("logs", batch);
    expect(bytes.includes(pieces[1] as string)).toBe(false);
    expect(redactor.redact("logs", bytes).bytes).toBe(bytes);
  });

  test("of which one is no UTF-8: that one is withheld, and parts those around it", () => {
    const broken = Buffer.of(0x61, 0x80);
    const pieces = (...texts: readonly (Buffer | string)[]) =>
      logsOf([], attribute("parts", value.array(...texts.map(value.string))));
    const redactor = createRedactor(planOf(""));
    const parted = redactor.redact("logs", pieces("4111", broken, "111111111111"));
    expect(parted.bytes).toEqual(pieces("4111", "[WITHHELD:utf8]", "111111111111"));
    const card = "[REDACTED:credit_card]";
    const beside = redactor.redact("logs", pieces(broken, "4111", "111111111111"));
    expect(beside.bytes).toEqual(pieces("[WITHHELD:utf8]", card, card));
    expect(redactor.redact("logs", beside.bytes).bytes).toBe(beside.bytes);
  });

  test.each([
    '["a","b"]',
    '["2026","11","22"]',
    '["10.0.0.1","10.0.0.2"]',
    '["checkout","v1.2.3","@","home"]',
    '["4111",1111,"11111111"]',
    '["4111",["1111"],"11111111"]',
  ])("left alone: %s", (text) => {
    expect(redact(text).text).toBe(text);
  });

  test("a piece that is found by itself takes no others with it", () => {
    expect(redact('["jane@leak.example","admin"]').text).toBe('["[REDACTED:email]","admin"]');
  });

  test("under a key that a rule keeps it stays", () => {
    const keeping = redactTexts(planOf("rules: [{ attribute: parts, action: keep }]"));
    expect(keeping('{"parts":["4111","111111111111"]}').text).toBe('{"parts":["4111","111111111111"]}');
  });
});

const piece = fc.oneof(
  fc.constantFrom(
    "4111",
    "1111",
    "11111111",
    "jane",
    "@",
    "leak.example",
    "jane@leak.example",
    "",
    "a b",
    "[REDACTED:email]",
  ),
  fc.string({ maxLength: 8 }),
  fc.constantFrom(...KEY),
);

test.each(Object.entries(POLICIES))("redacting again changes nothing: %s", (_, yaml) => {
  const redactUnder = redactTexts(planOf(yaml));
  fc.assert(
    fc.property(
      fc.array(fc.array(piece, { maxLength: 8 }), { maxLength: 3 }),
      fc.constantFrom("k", "body"),
      (lists, key) => {
        redactUnder(JSON.stringify({ lists }), key);
      },
    ),
    { numRuns: 300 },
  );
});

test("wherever a key is cut, it is gone", () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 19 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(cuts, (at) => {
      const text = KEY.join("");
      const places = [0, ...[...new Set(at)].sort((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((end, i) => text.slice(places[i], end));
      const redacted = redact(JSON.stringify({ parts: pieces })).text;
      expect(redacted).toBe(JSON.stringify({ parts: pieces.map(() => "[REDACTED:api_key:aws]") }));
    }),
  );
});

test.each(['["4111",', '["4111","11111111"],'])(
  "time grows with the text, not with its square: %s",
  (unit) => {
    const redactor = createRedactor(planOf("limits: { value_bytes_max: 1048576 }"));
    const prepare = (size: number) => {
      const text = Buffer.from(`[${unit.repeat(Math.floor(size / unit.length))}`);
      return () => redactor.redactText(text);
    };
    expect(exponentOf(prepare, 400_000)).toBeLessThan(EXPONENT_MAX);
  },
);
