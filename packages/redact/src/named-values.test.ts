import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";
import { POLICIES, planOf } from "../test/plans.ts";
import { redactTexts } from "../test/texts.ts";
import { createRedactor } from "./index.ts";

const redact = redactTexts();
const CREDENTIAL = "[REDACTED:credential]";
const PERSON = "[REDACTED:direct_identifier]";

test.each<[name: string, text: string, expected: string]>([
  [
    "headers of a HAR",
    '{"headers":[{"name":"Authorization","value":"a b"},{"name":"Accept","value":"*/*"}]}',
    `{"headers":[{"name":"Authorization","value":"${CREDENTIAL}"},{"name":"Accept","value":"*/*"}]}`,
  ],
  [
    "the value first",
    '[{"value":"a b","name":"x-api-key"}]',
    `[{"value":"${CREDENTIAL}","name":"x-api-key"}]`,
  ],
  [
    "variables of a container",
    '{"env":[{"name":"DB_PASSWORD","value":"a b"}]}',
    `{"env":[{"name":"DB_PASSWORD","value":"${CREDENTIAL}"}]}`,
  ],
  ["capitals", '[{"Name":"family_name","Value":"Jane Doe"}]', `[{"Name":"family_name","Value":"${PERSON}"}]`],
  [
    "a value in an object",
    '[{"key":"password","value":{"stringValue":"a b"}}]',
    `[{"key":"password","value":"${CREDENTIAL}"}]`,
  ],
  [
    "a list of values",
    '{"name":"password","values":["a","b"]}',
    `{"name":"password","values":"${CREDENTIAL}"}`,
  ],
  [
    "a name with escapes",
    String.raw`{"name":"pass\u0077ord","value":"a\nb"}`,
    String.raw`{"name":"pass\u0077ord","value":"${CREDENTIAL}"}`,
  ],
  [
    "raw headers",
    '{"rawHeaders":["Host","h","Cookie","a=b"]}',
    `{"rawHeaders":["Host","h","Cookie","${CREDENTIAL}"]}`,
  ],
  [
    "a list of pairs",
    '{"headers":[["Authorization","a b"],["n","b"]]}',
    `{"headers":[["Authorization","${CREDENTIAL}"],["n","b"]]}`,
  ],
  ["arguments", '["app","--password","open sesame","-v"]', `["app","--password","${CREDENTIAL}","-v"]`],
  [
    "cut off in the value",
    '[{"name":"Authorization","value":"a b',
    '[{"name":"Authorization","value":[WITHHELD:structure]',
  ],
  [
    "cut off behind it",
    '[{"name":"Authorization","value":"a b"',
    `[{"name":"Authorization","value":"${CREDENTIAL}"`,
  ],
  [
    "cut off in a list of values",
    '{"name":"password","values":["a","b',
    '{"name":"password","values":[WITHHELD:structure]',
  ],
  [
    "in a sentence",
    'got [{"name":"Authorization","value":"a b"}] x',
    `got [{"name":"Authorization","value":"${CREDENTIAL}"}] x`,
  ],
  ["one that its own key takes", '{"password":{"name":"a","value":"b"}}', `{"password":"${CREDENTIAL}"}`],
])("%s", (_, text, expected) => {
  expect(redact(text).text).toBe(expected);
});

test.each<[name: string, text: string]>([
  ["what nobody knows", '{"name":"retries","value":"3"}'],
  ["a number, as metrics have", '{"name":"token","value":12}'],
  ["no value", '{"name":"password","type":"string","required":true}'],
  ["names in different objects", '[{"name":"password"},{"value":"a"}]'],
  ["more than a pair", '[["password","email","phone"]]'],
  ["a list of names", '["password","email"]'],
  ["an option without a value", '["--password","--verbose"]'],
  ["what begins with dashes", '["---password","a b"]'],
  ["what is a pair by itself", '[["Authorization: none","a b"]]'],
  ["nothing", '{"name":"password","value":""}'],
  ["null", '{"name":"password","value":null}'],
])("left alone: %s", (_, text) => {
  expect(redact(text).text).toBe(text);
});

describe("the policy", () => {
  const LIST = '[{"name":"nick","value":"jane"}]';
  test.each<[rules: string, expected: string]>([
    ["rules: [{ attribute: nick, action: { replace: gone } }]", '[{"name":"nick","value":"gone"}]'],
    ["rules: [{ attribute: nick, action: drop }]", '[{"name":"nick","value":null}]'],
    ["rules: [{ attribute: value, action: keep }, { attribute: nick, action: mask }]", LIST],
  ])("%s", (rules, expected) => {
    expect(redactTexts(planOf(rules))(LIST).text).toBe(expected);
  });
});

const pieces = fc.constantFrom(
  ...'[ ] { } , : "name" "key" "value" "headers" "rawHeaders" "password" "Authorization" "--token" "a b" "jane@leak.example" null 12'.split(
    " ",
  ),
  '{"name":"password","value":',
  '"a\\nb"',
  '"[REDACTED:credential]"',
  "[WITHHELD:structure]",
);

test.each(Object.entries(POLICIES))("redacting again changes nothing: %s", (_, yaml) => {
  const redactUnder = redactTexts(planOf(yaml));
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), fc.constantFrom("k", "headers", "body"), (all, key) => {
      redactUnder(all.join(""), key);
    }),
    { numRuns: 400 },
  );
});

test.each(['["Authorization","password"', '["Authorization","password"]', '[["Authorization","a b"]]'])(
  "the pseudonym of a header's value reads like a header, and is none: %s",
  (text) => {
    const redacted = redactTexts(planOf(POLICIES["pseudonym everywhere"]!))(text, "headers").text;
    expect(redacted).toMatch(/"Authorization","credential:v3:[a-z]{38}"\]*$/);
  },
);

test.each(['["name","--token"', '["name","a: b"]', '[["Authorization","a b"]]'])(
  "nor is the hash of one: %s",
  (text) => {
    const redacted = redactTexts(planOf(POLICIES["hash everywhere"]!))(text, "headers").text;
    expect(redacted).toMatch(/^\[+"\w+","sha256:[0-9a-f]{64}"\]*$/);
  },
);

test("a value stays out of sight, and the JSON is JSON", () => {
  const name = fc.constantFrom("password", "Authorization", "full_name", "x-api-key");
  const secret = fc.string({ minLength: 1 }).map((text) => `Zsecret ${text}`);
  const other = fc.dictionary(fc.constantFrom("n", "level", "httpOnly"), fc.jsonValue({ maxDepth: 1 }));
  fc.assert(
    fc.property(name, secret, other, fc.boolean(), fc.boolean(), (key, value, rest, isFirst, isList) => {
      const named = isFirst ? { value, ...rest, name: key } : { name: key, ...rest, value };
      const { text } = redact(JSON.stringify({ n: [isList ? [key, value] : named] }));
      expect(text).not.toContain("Zsecret");
      const read = JSON.parse(text) as { n: [object] };
      if (!isList) expect(Object.keys(read.n[0])).toEqual(Object.keys(named));
    }),
    { numRuns: 300 },
  );
});

test.each(['[["a",', '{"name":"password","value":[', '["--password",', '{"name":"password","value":"a"},'])(
  "time grows with the text, not with its square: %s",
  (unit) => {
    const redactor = createRedactor(planOf("limits: { value_bytes_max: 1048576 }\ndetectors: { use: [] }"));
    const prepare = (size: number) => {
      const text = Buffer.from(`[${unit.repeat(Math.floor(size / unit.length))}`);
      return () => redactor.redactText(text);
    };
    expect(exponentOf(prepare, 400_000)).toBeLessThan(EXPONENT_MAX);
  },
);
