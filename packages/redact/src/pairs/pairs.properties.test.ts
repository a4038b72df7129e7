import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../../test/measure/linear-time.ts";
import { POLICIES, planOf } from "../../test/plans.ts";
import { redactTexts } from "../../test/texts.ts";
import { createRedactor } from "../index.ts";

/** Words that no reader of pairs may take for a verdict, a placeholder or a reference. */
const secret = fc.stringMatching(/^[a-z]{3}[0-9]{3}[a-z]{3}$/).map((word) => `Z${word}`);
/** Values with what makes values hard to write. */
const hard = fc
  .tuple(
    secret,
    fc.string({
      unit: fc.constantFrom(" ", '"', "'", "\\", "&", "<", ">", "=", ":", ";", ",", "%", "+", "é"),
    }),
    secret,
  )
  .map(([before, middle, after]) => `${before}${middle}${after}`);
const harmless = fc.constantFrom("n", "level", "order.id", "status");
const key = fc.constantFrom(
  "secret",
  "api_key",
  "db_password",
  "full_name",
  "userEmail",
  "phone_number",
  "session_id",
);
const xml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const redact = redactTexts();

describe("a value stays out of sight, and what held it stays what it was", () => {
  test("JSON in a sentence is JSON, and equal but for the value", () => {
    const around = fc.constantFrom("", "got ", "payload=", "a: b ", "x\n", '{"n":1} ');
    fc.assert(
      fc.property(
        around,
        key,
        hard,
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom("", " end", "\n"),
        (before, name, value, other, after) => {
          const document = { n: 1, user: { [name]: value, [`${name}_other`]: [1] } };
          const { text } = redact(`${before}${JSON.stringify(document)}${after}`);
          const start = text.lastIndexOf('{"n":1,"user"');
          const read = JSON.parse(text.slice(start, text.length - after.length)) as typeof document;
          expect(read).toEqual({
            ...document,
            user: { ...document.user, [name]: expect.stringMatching(/^\[REDACTED:/) },
          });
          expect(text.slice(0, start)).toBe(before);
          void other;
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a form body decodes to the same other parameters", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(harmless, fc.string({ maxLength: 8 })), { minLength: 1, maxLength: 3 }),
        key,
        hard,
        (others, name, value) => {
          const form = new URLSearchParams([
            ["a", "b"],
            [name, value],
            ...others.map(([k], i) => [k, `v${i}`]),
          ]);
          const read = new URLSearchParams(redact(form.toString()).text);
          expect(read.get(name)).toBe("REDACTED");
          form.set(name, "REDACTED");
          expect(read.toString()).toBe(form.toString());
        },
      ),
      { numRuns: 300 },
    );
  });

  test("an element and an attribute of XML keep their tags", () => {
    fc.assert(
      fc.property(key, hard, (name, value) => {
        const { text } = redact(
          `<a><n>1</n><${name}>${xml(value)}</${name}><b ${name}="${xml(value)}" n="1"/></a>`,
        );
        expect(text).toMatch(
          new RegExp(
            `^<a><n>1</n><${name}>\\[REDACTED:\\w+\\]</${name}><b ${name}="\\[REDACTED:\\w+\\]" n="1"/></a>$`,
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("quoted values of logfmt, Python and Ruby go whole", () => {
    const quoted = (value: string) => JSON.stringify(value);
    fc.assert(
      fc.property(key, hard, fc.constantFrom("=", ": ", "=>", " = ", ":"), (name, value, sign) => {
        const { text } = redact(`n=1 ${name}${sign}${quoted(value)} level=info`);
        expect(text).toMatch(/^n=1 .*"\[REDACTED:\w+\]" level=info$/);
      }),
      { numRuns: 500 },
    );
  });

  test("header lines go whole, the lines around them stay", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("Authorization", "Cookie", "Set-Cookie", "X-Api-Key"),
        hard,
        (name, value) => {
          const { text } = redact(`GET / HTTP/1.1\r\nHost: a\r\n${name}: ${value}\r\nAccept: b\r\n\r\n`);
          expect(text.split("\r\n").filter((_, line) => line !== 2)).toEqual([
            "GET / HTTP/1.1",
            "Host: a",
            "Accept: b",
            "",
            "",
          ]);
          expect(text).not.toContain(value.slice(0, 10));
          expect(text).not.toContain(value.slice(-10));
        },
      ),
      { numRuns: 300 },
    );
  });
});

const pieces = fc.constantFrom(
  ...'password|email|full_name|Authorization|x|:|=|=>| |  |"|\'|\\|\\"|{|}|[|]|<|>|</|/>|&|?|;|,|\n|\r\n|- |-|--|`|%40|+|#'.split(
    "|",
  ),
  ...'Jane|Doe|hunter2|must be|Bearer ab12|[REDACTED:email]|REDACTED|[WITHHELD:depth]|{"user":{"name":"J"}}'.split(
    "|",
  ),
  ..."<![CDATA[|]]>|curl -u |mysql -p|HTTP/1.1|\\n|é|4111111111111111|jane@leak.example|value=|:|".split("|"),
  "|",
  "key: |\n  a\n",
);
const apart = fc.constantFrom(
  "'name': 'secret', 'value': '",
  "\n  - name: DB_PASSWORD\n    value: ",
  "<key>secret</key><string>",
  "('Authorization', '",
  '\r\nContent-Disposition: form-data; name="secret"\r\n\r\n',
  "Key (full_name, id)=(",
  "Duplicate entry 'Jane' for key 'users.full_name'",
  "CREATE USER a IDENTIFIED BY '",
  "\nCookie: a\n b",
  "\n  secret:\n    ",
  "\npasswords:\n- ",
  "<credentials><a>",
  "</credentials>",
  "**",
  '" name="secret"/>',
);
const soup = fc
  .array(fc.oneof({ weight: 3, arbitrary: pieces }, apart), { maxLength: 16 })
  .map((all) => all.join(""));

test.each(Object.entries(POLICIES))("redacting again changes nothing: %s", (_, yaml) => {
  const redactUnder = redactTexts(planOf(yaml));
  fc.assert(
    fc.property(soup, fc.constantFrom(undefined, "k", "url.full", "url.query"), (text, under) => {
      redactUnder(text, under);
    }),
    { numRuns: 400 },
  );
});

/** Each has every candidate fail or end late, as often as fits. */
const HOSTILE: Readonly<Record<string, string>> = {
  keys: "pwd=",
  "keys and blanks": "token : ",
  "quotes that never close": "secret='a token=\"b otp=`c ",
  "escaped quotes": String.raw`\"password\":\\"`,
  "opening tags": "<password>",
  "closing tags": "</password>",
  "beginnings of JSON": '{"a":',
  "JSON that breaks": '{"a":[1,{"password":"x"},',
  braces: "password={",
  "headers on one line": "Authorization: a, ",
  "lines of headers": "Cookie: a\n",
  blocks: "password: |\n ",
  commands: "curl -u ",
  options: "--password ",
  "parts of a path": "/a;pwd=",
  verdicts: "password: must ",
  backslashes: "\\",
  "elements in elements": "<credentials><a>",
  "folded headers": "Cookie: a\n b\n ",
  "lists under keys": "passwords:\n  - ",
  "names and values apart": "'name': 'secret', 'value': ",
  "names in elements": "<key>secret</key><value>",
  tuples: "('secret', '",
  "forms in parts": 'form-data; name="secret"\n\n',
  "keys of databases": "(email,email)=(",
  "indexes of databases": "' for key 'email",
  "tags with values": '<a value="x" name="secret"/>',
};

/** Detectors have their own measure. */
const redactor = createRedactor(
  planOf(
    "limits: { value_bytes_max: 2097152, record_bytes_max: 8388608, candidates_max: 100000 }\ndetectors: { use: [] }",
  ),
);

const SIZE_MAX = 256 * 1024;

test.each(Object.entries(HOSTILE))("reading %s takes linear time", (_, piece) => {
  const prepare = (size: number) => {
    const text = Buffer.from(piece.repeat(size / piece.length));
    return () => redactor.redactText(text);
  };
  expect(exponentOf(prepare, SIZE_MAX)).toBeLessThan(EXPONENT_MAX);
});
