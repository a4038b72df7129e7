import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planOf } from "../test/plans.ts";
import { counted, redactTexts } from "../test/texts.ts";

const redact = redactTexts();
const MASKED = "[REDACTED:email]";

test.each<[name: string, text: string, expected: string]>([
  ["a finding in a value", '{"msg":"to jane@leak.example now"}', '{"msg":"to [REDACTED:email] now"}'],
  ["a value that its key gives away", '{"password":"open sesame"}', '{"password":"[REDACTED:credential]"}'],
  [
    "the name around it decides too",
    '{"user":{"full_name":"Jane"}}',
    '{"user":{"full_name":"[REDACTED:direct_identifier]"}}',
  ],
  [
    "a flat spelling of the same",
    '{"user.full_name":"Jane"}',
    '{"user.full_name":"[REDACTED:direct_identifier]"}',
  ],
  [
    "every duplicate",
    '{"password":"a","password":"b"}',
    '{"password":"[REDACTED:credential]","password":"[REDACTED:credential]"}',
  ],
  ["an array under such a key", '{"password":["a",["b"]]}', '{"password":"[REDACTED:credential]"}'],
  ["an object under such a key", '{"password":{"a":1}}', '{"password":"[REDACTED:credential]"}'],
  [
    "numbers and literals under such a key",
    '{"password":12,"pwd":true}',
    '{"password":"[REDACTED:credential]","pwd":"[REDACTED:credential]"}',
  ],
  ["but null says nothing", '{"password":null}', '{"password":null}'],
  [
    "what follows the container",
    '{"password":[1],"a":"jane@leak.example"}',
    '{"password":"[REDACTED:credential]","a":"[REDACTED:email]"}',
  ],
  ["an escaped value", String.raw`{"m":"\u006aane@leak.example\n"}`, String.raw`{"m":"[REDACTED:email]\n"}`],
  [
    "an escaped key",
    String.raw`{"pass\u0077ord":"open sesame"}`,
    String.raw`{"pass\u0077ord":"[REDACTED:credential]"}`,
  ],
  [
    "an escaped value under such a key",
    String.raw`{"password":"a\nb"}`,
    '{"password":"[REDACTED:credential]"}',
  ],
  ["a key that is data", '{"jane@leak.example":1}', '{"[REDACTED:email]":1}'],
  ["an escaped key that is data", String.raw`{"\u006aane@leak.example":1}`, '{"[REDACTED:email]":1}'],
  ["surrogates", String.raw`{"m":"\ud83d\ude00 jane@leak.example"}`, '{"m":"😀 [REDACTED:email]"}'],
  ["half a pair", String.raw`{"m":"\ud83d jane@leak.example"}`, '{"m":"\ufffd [REDACTED:email]"}'],
  [
    "an escape that stays where nothing is found",
    String.raw`{"m":"\u0061\/b"}`,
    String.raw`{"m":"\u0061\/b"}`,
  ],
  ["a card as a number", '{"n":4111111111111111}', '{"n":"[REDACTED:credit_card]"}'],
  ["a card with a fraction", '{"n":4111111111111111.0}', '{"n":"[REDACTED:credit_card]"}'],
  ["a card with an exponent", '{"n":4.111111111111111e15}', '{"n":"[REDACTED:credit_card]"}'],
  ["a card with a sign", '{"n":-4111111111111111}', '{"n":"[REDACTED:credit_card]"}'],
  ["a number that is none", "[12345678]", "[12345678]"],
  [
    "JSON lines",
    '{"password":"a b"}\n{"password":"c d"}',
    '{"password":"[REDACTED:credential]"}\n{"password":"[REDACTED:credential]"}',
  ],
  ["text behind JSON", '{"a":1} jane@leak.example', '{"a":1} [REDACTED:email]'],
  [
    "what Python writes for no number",
    '{"a":NaN,"password":"a b"}',
    '{"a":NaN,"password":"[REDACTED:credential]"}',
  ],
  [
    "a URL in a value",
    '{"u":"https://a:b@h/?token=t0ken"}',
    '{"u":"https://REDACTED:REDACTED@h/?token=REDACTED"}',
  ],
  ["a URL with escapes", String.raw`{"u":"https:\/\/h\/?token=t0ken"}`, '{"u":"https://h/?token=REDACTED"}'],
  ["white space stays", '\n{ "password" :\t"a b" }\r\n', '\n{ "password" :\t"[REDACTED:credential]" }\r\n'],
  ["brackets that are no JSON", "[INFO] password=hunter2", "[INFO] password=[REDACTED:password]"],
  ["a label in front", "[REDACTED:email] and jane@leak.example", "[REDACTED:email] and [REDACTED:email]"],
  ["behind a byte order mark", '\ufeff{"password":"a b"}', '\ufeff{"password":"[REDACTED:credential]"}'],
  ["members without a comma", '{"a":1 "password":"a b"}', '{"a":1 "password":"[REDACTED:credential]"}'],
  ["documents with commas", '{"a":1},{"password":"a b"}', '{"a":1},{"password":"[REDACTED:credential]"}'],
  ["an empty object", "{}", "{}"],
])("%s: redacted in place", (_, text, expected) => {
  expect(redact(text).text).toBe(expected);
});

describe("JSON in the strings of JSON", () => {
  const nest = (value: unknown, levels: number): string =>
    levels === 0 ? JSON.stringify(value) : JSON.stringify({ m: nest(value, levels - 1) });
  const unnest = (text: string, levels: number): unknown =>
    levels === 0 ? JSON.parse(text) : unnest(JSON.parse(text).m, levels - 1);

  test.each([0, 1, 2, 7])("is taken apart %d levels down", (levels) => {
    const { text } = redact(nest({ password: "open sesame", a: "jane@leak.example", b: 'x"y' }, levels));
    expect(unnest(text, levels)).toEqual({ password: "[REDACTED:credential]", a: MASKED, b: 'x"y' });
  });

  test("is withheld where it is deeper than anybody looks", () => {
    const redaction = redact(nest({ password: "open sesame" }, 8));
    expect(unnest(redaction.text, 7)).toEqual({ m: "[WITHHELD:depth]" });
    expect(counted(redaction)).toBe("1 depth");
  });

  test("plain text that deep is scanned", () => {
    const { text } = redact(nest({ m: 'said "jane@leak.example"' }, 7));
    expect(unnest(text, 7)).toEqual({ m: `said "${MASKED}"` });
  });
});

test.each<[name: string, text: string, expected: string]>([
  [
    "behind a record separator (RFC 7464)",
    '\x1e{"password":"a"}\n',
    '\x1e{"password":"[REDACTED:credential]"}\n',
  ],
  ["behind a NUL", '{"a":1}\0{"password":"a"}', '{"a":1}\0{"password":"[REDACTED:credential]"}'],
  [
    "in a JSON string",
    String.raw`"{\"password\":\"a\"}"`,
    String.raw`"{\"password\":\"[REDACTED:credential]\"}"`,
  ],
  [
    "with the literals of Python",
    '{"a":None,"b":True,"password":"a"}',
    '{"a":None,"b":True,"password":"[REDACTED:credential]"}',
  ],
  [
    "with an undefined",
    '{"a":undefined,"password":"a"}',
    '{"a":undefined,"password":"[REDACTED:credential]"}',
  ],
  [
    "under a long key",
    `{"${"k".repeat(190)}":{"user":{"name":"Jane"}}}`,
    `{"${"k".repeat(190)}":{"user":{"name":"[REDACTED:direct_identifier]"}}}`,
  ],
])("JSON %s is taken apart", (_, text, expected) => {
  expect(redact(text).text).toBe(expected);
});

test.each(['"password" = "hunter2" and more', '"a" and "b"', '"'])("quotes are no JSON: %s", (text) => {
  expect(redact(text).text).not.toContain("hunter2");
});

describe("JSON that breaks off", () => {
  test.each<[name: string, text: string, expected: string]>([
    ["in a value that its key gives away", '{"password":"open ses', '{"password":[WITHHELD:structure]'],
    ["in an object under such a key", '{"password":{"a":"b', '{"password":[WITHHELD:structure]'],
    ["in a bare value under such a key", '{"password":open sesame}', '{"password":[WITHHELD:structure]'],
    ["behind a null, which says nothing", '{"password":null', '{"password":null'],
    ["in any other value", '{"a":"b jane@leak.example', '{"a":"b [REDACTED:email]'],
    ["behind a number", '{"n":4111111111111111', '{"n":[REDACTED:credit_card]'],
    [
      "in a member that a rule keeps",
      '{"order.id": 12ab, "m": "jane@leak.example"}',
      '{"order.id": 12ab, "m": "[REDACTED:email]"}',
    ],
    ["in a number closed by the wrong bracket", '{"n":4111111111111111]', '{"n":[REDACTED:credit_card]]'],
  ])("%s", (_, text, expected) => {
    const keeping = redactTexts(planOf("rules: [{ attribute: order.id, action: keep }]"));
    expect(keeping(text).text).toBe(expected);
  });

  test("at any byte: no value of a key that gives it away survives", () => {
    const whole = String.raw`{"a":[1,{"password":"op\u0065n sesame"}],"pwd":{"x":"sesame"},"token":["sesame"]}`;
    for (let cut = 1; cut < whole.length; cut++) {
      const { text } = redact(whole.slice(0, cut));
      expect(text, whole.slice(0, cut)).not.toContain("sesame");
    }
  });
});

test("what is nested deeper than anybody needs is withheld, and the JSON stays JSON", () => {
  const deep = `${"[".repeat(100)}"jane@leak.example ]"${"]".repeat(100)}`;
  const redaction = redact(
    `{"m":"jane@leak.example","d":${deep},"password":${deep},"e":"jane@leak.example"}`,
  );
  const label = `"[WITHHELD:depth]"`;
  expect(redaction.text).toBe(
    `{"m":"${MASKED}","d":${"[".repeat(63)}${label}${"]".repeat(63)},"password":"[REDACTED:credential]","e":"${MASKED}"}`,
  );
  expect(counted(redaction)).toBe("1 credential/mask, 2 direct_identifier/mask, 1 depth, 1 type changes");
});

test("what is nested deeper than anybody needs, and doesn't end, is withheld to the text's end", () => {
  const redaction = redact(`{"m":"jane@leak.example","d":${"[".repeat(100)}{"full_name":"Jane"}`);
  expect(redaction.text).toBe(`{"m":"${MASKED}","d":${"[".repeat(63)}"[WITHHELD:depth]"`);
  expect(counted(redaction)).toBe("1 direct_identifier/mask, 1 depth");
});

describe("under other actions", () => {
  const under = (action: string, text: string) =>
    redactTexts(planOf(`rules: [{ attribute: k, action: ${action} }]`))(text).text;

  test.each<[action: string, text: string, expected: string]>([
    ["drop", '{"k":"a","b":1}', '{"k":null,"b":1}'],
    ["drop", '{"k":[1],"b":1}', '{"k":null,"b":1}'],
    ["drop", '{"k":12}', '{"k":null}'],
    ["drop", '{"k":"{"a":"', '{"k":[WITHHELD:structure]'],
    ["{ generalize: { bucket: 10 } }", '{"k":37}', '{"k":30}'],
    ["{ generalize: { bucket: 10 } }", '{"k":"37"}', '{"k":"30"}'],
    ["{ generalize: { bucket: 10 } }", '{"k":true}', '{"k":"[REDACTED:content]"}'],
    ['{ replace: "say \\"no\\"" }', '{"k":"a"}', String.raw`{"k":"say \"no\""}`],
    ["{ truncate: 3 }", '{"k":"a\\nbcd"}', '{"k":"a\\nb"}'],
    ["keep", '{"k":"jane@leak.example"}', '{"k":"jane@leak.example"}'],
    ["keep", '{"k":4111111111111111}', '{"k":4111111111111111}'],
  ])("%s of %s", (action, text, expected) => {
    expect(under(action, text)).toBe(expected);
  });
});

test("in a body, keys that nothing names get what the body gets, and those that look known no less", () => {
  const { text } = redactTexts(planOf("unknown: drop"))('{"nobody.knows":"x","password":"y"}');
  expect(text).toBe('{"nobody.knows":"x","password":null}');
});

describe("any JSON with addresses anywhere in it", () => {
  interface Tree {
    readonly members?: readonly (readonly [key: string, value: Tree])[];
    readonly elements?: readonly Tree[];
    readonly text?: string;
    readonly literal?: string;
  }

  const WORDS = [
    "",
    "a",
    "to be",
    'say "hi"',
    "back\\slash",
    "line\nbreak",
    "é😀",
    "x=1&y",
    "[ok]",
    "{",
    "100%",
  ];
  const CANARY = /canary\d+@leak\.example/g;
  const canary = fc.nat(99).map((n) => `canary${n}@leak.example`);
  const texts = fc
    .array(fc.oneof(fc.constantFrom(...WORDS), canary), { maxLength: 4 })
    .map((words) => words.join(" "));
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, depthSize: "small" },
      texts.map((text) => ({ text })),
      fc.constantFrom("0", "-1.5e3", "true", "null", "1234").map((literal) => ({ literal })),
      fc.array(fc.tuple(texts, tie("tree")), { maxLength: 4 }).map((members) => ({ members })),
      fc.array(tie("tree"), { maxLength: 4 }).map((elements) => ({ elements })),
      tie("tree").map((inner) => ({ text: write(inner, false, (text) => text) })), // JSON in a string
    ),
  }));
  const documents = fc.oneof(
    fc.array(fc.tuple(texts, tree), { minLength: 1, maxLength: 5 }).map((members): Tree => ({ members })),
    fc.array(tree, { minLength: 1, maxLength: 5 }).map((elements): Tree => ({ elements })),
  );

  /** Writes a tree as JSON, with `\uXXXX` for every letter if asked to. */
  function write(value: Tree, escaped: boolean, map: (text: string) => string): string {
    const quote = (text: string) => {
      const quoted = JSON.stringify(map(text));
      return escaped
        ? quoted.replace(/(?<!\\)[cl@]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`)
        : quoted;
    };
    const { members, elements, text, literal } = value;
    if (members)
      return `{${members.map(([key, each]) => `${quote(key)}:${write(each, escaped, map)}`).join()}}`;
    if (elements) return `[${elements.map((each) => write(each, escaped, map)).join()}]`;
    return literal ?? quote(text!);
  }

  test("they are gone, and the rest is equal", () => {
    fc.assert(
      fc.property(documents, fc.boolean(), (document, escaped) => {
        const { text, bytes } = redact(write(document, escaped, (each) => each));
        const redacted = JSON.parse(text);
        expect(text).not.toMatch(CANARY);
        if (text.includes("[WITHHELD:depth]")) return;
        const expected = JSON.parse(write(document, false, (each) => each.replace(CANARY, MASKED)));
        expect(redacted).toEqual(expected);
        expect(bytes.equals(Buffer.from(text))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
