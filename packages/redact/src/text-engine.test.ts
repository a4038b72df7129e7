import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { attribute, logsOf, value } from "../test/otlp.ts";
import { POLICIES, planOf } from "../test/plans.ts";
import { counted, redactTexts } from "../test/texts.ts";
import { createRedactor } from "./index.ts";

const redact = redactTexts();

describe("a text", () => {
  test.each<[name: string, text: string, expected: string]>([
    ["nothing but a finding", "jane@leak.example", "[REDACTED:email]"],
    ["a finding at the end", "to jane@leak.example", "to [REDACTED:email]"],
    ["findings side by side", "a@b.example,c@d.example", "[REDACTED:email],[REDACTED:email]"],
    ["with a card stuck to it", "jane@leak.example4111111111111111", "[REDACTED:email]"],
    ["in a punycode domain", "mail info@leak.xn--p1ai now", "mail [REDACTED:email] now"],
    ["behind a NUL", "a\0jane@leak.example\0b", "a\0[REDACTED:email]\0b"],
    ["one that a NUL splits", "jane@leak\0.example", "jane@leak\0.example"],
    ["behind other letters", "für jane@leak.example ✓", "für [REDACTED:email] ✓"],
  ])("%s: redacted in place", (_, text, expected) => {
    expect(redact(text).text).toBe(expected);
  });

  test.each(["", "\0", "plain", "[REDACTED:email]", "mail to [REDACTED:email]", "[WITHHELD:depth]"])(
    "%j is the very buffer that came, and nothing is counted",
    (text) => {
      const bytes = Buffer.from(text);
      const redaction = createRedactor(planOf("")).redactText(bytes);
      expect(redaction.bytes).toBe(bytes);
      expect(counted(redaction)).toBe("");
    },
  );

  test.each<[name: string, bytes: Buffer, key?: string]>([
    ["plain", Buffer.from([0x61, 0xff])],
    ["half a character", Buffer.from("é").subarray(0, 1)],
    ["a surrogate", Buffer.from([0xed, 0xa0, 0x80])],
    ["JSON", Buffer.concat([Buffer.from('{"a":"b\\n'), Buffer.of(0xff), Buffer.from('","c":1}')])],
    ["a URL", Buffer.concat([Buffer.from("https://h/?a="), Buffer.of(0xff)])],
    ["under a key with an action", Buffer.of(0xff), "password"],
  ])("that is no UTF-8 is withheld: %s", (_, bytes, key) => {
    const redaction = redact(bytes, key);
    expect(redaction.text).toBe("[WITHHELD:utf8]");
    expect(counted(redaction)).toBe("1 utf8");
  });

  test("bytes that are structured but no UTF-8 are withheld: keys in them would go unseen", () => {
    const bytes = value.bytes(Buffer.concat([Buffer.from('{"pin":"1234"}'), Buffer.of(0xff)]));
    const redaction = createRedactor(planOf("rules: [{ attribute: pin, action: mask }]")).redact(
      "logs",
      logsOf([], attribute("k", bytes)),
    );
    expect(redaction.bytes.includes("1234")).toBe(false);
    expect(counted(redaction)).toBe("1 utf8");
  });

  test("that is no UTF-8 is withheld even where a rule keeps it", () => {
    expect(redactTexts(planOf("rules: [{ attribute: k, action: keep }]"))(Buffer.of(0xff), "k").text).toBe(
      "[WITHHELD:utf8]",
    );
  });

  test("of a harmless attribute is only looked through for what is certain", () => {
    const checking = redactTexts(planOf("unknown: keep"));
    expect(checking("password=hunter2 jane@leak.example", "k").text).toBe(
      "password=hunter2 [REDACTED:email]",
    );
  });

  test("longer than the scratch buffer is redacted to its last byte", () => {
    const filler = "to be or not to be ".repeat(10_000);
    expect(redact(`${filler}jane@leak.example`).text).toBe(`${filler}[REDACTED:email]`);
  });
});

describe("a pseudonym in a text", () => {
  const pseudonyms = redactTexts(planOf("classes: { direct_identifier: pseudonym }"));
  const token = pseudonyms("jane@leak.example").text;

  test("stays", () => {
    expect(pseudonyms(`to ${token} now`).text).toBe(`to ${token} now`);
  });

  test.each([
    `password=${token}hunter2secret`,
    `password=hunter2${token}`,
    `pg://u:hunter2${token}@h/db see`,
  ])("hides nothing of a finding around it: %#", (text) => {
    expect(pseudonyms(text).text).not.toContain("hunter2");
  });
});

describe("what was counted is what was done", () => {
  test.each<[text: string, key: string | undefined, expected: string]>([
    ["a@b.example, c@d.example, password=hunter2", undefined, "2 direct_identifier/mask, 1 credential/mask"],
    ["open sesame", "password", "1 credential/mask"],
    ["[REDACTED:credential]", "password", ""],
    ["203.0.113.7 and 10.0.0.1", undefined, "1 client_address/generalize"],
    ['{"a@b.example":1,"password":[2]}', undefined, "1 key/mask, 1 credential/mask, 1 type changes"],
    [String.raw`{"a":"\n a@b.example"}`, undefined, "1 direct_identifier/mask"],
    [String.raw`{"a":"\q"}`, undefined, "1 structure"],
  ])("%s under %s: %s", (text, key, expected) => {
    const under = key === undefined ? redact(text) : redact(text, key);
    expect(counted(under).split(", ").sort()).toEqual(expected.split(", ").sort());
  });
});

describe("budgets", () => {
  const small = redactTexts(planOf("limits: { value_bytes_max: 1024, candidates_max: 2 }"));

  test("past the bytes of a value the rest is withheld, from the last white space on", () => {
    const redaction = small(`${"word ".repeat(300)}jane@leak.example`);
    expect(redaction.text).toMatch(/^(?:word ){150,200}\[WITHHELD:value_size\]$/);
    expect(counted(redaction)).toBe("1 value_size");
  });

  test("a word at the border goes whole, so that no half of a secret is left", () => {
    expect(small(`a ${"x".repeat(2000)}`).text).toBe("a [WITHHELD:value_size]");
  });

  test("a character at the border goes whole", () => {
    const wide = redactTexts(planOf("limits: { value_bytes_max: 8192 }"));
    const { bytes } = wide("é".repeat(5000));
    expect(bytes.toString()).toMatch(/^é+\[WITHHELD:value_size\]$/);
  });

  test("past the candidates of a detector the rest is withheld", () => {
    const redaction = small("a@b.example c@d.example e@f.example g@h.example");
    expect(redaction.text).toBe("[REDACTED:email] [REDACTED:email] [WITHHELD:candidates]");
    expect(counted(redaction)).toBe("2 direct_identifier/mask, 1 candidates");
  });

  test("in a URL what is withheld leaves the URL valid", () => {
    const { text } = small("http://h/a@b.example/c@d.example/e@f.example?x=1");
    expect(text).toBe("http://h/REDACTED/REDACTED/REDACTED?x=1");
  });

  test("a value that grows past its budget by being redacted is cut as the next redactor would cut it", () => {
    const growing = redactTexts(planOf("limits: { value_bytes_max: 1024 }"));
    const { bytes, text } = growing("a@b.co ".repeat(140));
    expect(bytes.length).toBeLessThanOrEqual(1024);
    expect(text).toMatch(/^(?:\[REDACTED:email\] )+\[WITHHELD:value_size\]$/);
  });

  test("JSON past its budget is withheld whole: a part of it would be none", () => {
    expect(small(`{"a":"${"x ".repeat(2000)}"}`).text).toBe("[WITHHELD:value_size]");
    expect(small(`[INFO] ${"x ".repeat(2000)}`).text).toMatch(/^\[INFO\] (?:x )+\[WITHHELD:value_size\]$/);
  });
});

describe("truncate", () => {
  const truncate = (bytes: number) =>
    redactTexts(planOf(`rules: [{ attribute: k, action: { truncate: ${bytes} } }]`));

  test.each<[name: string, text: string, bytes: number, expected: string]>([
    ["a short text", "abc", 10, "abc"],
    ["a long one", "abcdefghijk", 10, "abcdefghij"],
    ["what is found is masked first", "jane@leak.example!", 16, "[REDACTED:email]"],
    ["a label is not cut in two", "to jane@leak.example", 16, "to "],
    ["JSON is decided by its keys", '{"password":"open sesame","a":1}', 14, '{"password":"'.slice(0, 12)],
    [
      "what is left is scanned as well: the first digits of a number are a card",
      "4111111111111111000",
      16,
      "",
    ],
  ])("%s", (_, text, bytes, expected) => {
    const result = truncate(bytes)(text, "k").text;
    if (expected === "") expect(result).not.toContain("4111111111111111");
    else expect(result).toBe(expected);
  });
});

describe("tokens in a text", () => {
  const pseudonymising = redactTexts(
    planOf("classes: { credential: pseudonym, direct_identifier: pseudonym }"),
  );

  test("a value under a key and the same value in a text get the same token", () => {
    const whole = pseudonymising("jane@leak.example", "user.email").text;
    expect(pseudonymising("to jane@leak.example now").text).toBe(`to ${whole} now`);
    expect(pseudonymising('{"email":"jane@leak.example"}').text).toBe(`{"email":"${whole}"}`);
  });

  test("a token is left alone, also as the value of a keyword", () => {
    const { text } = pseudonymising("password=hunter2");
    expect(text).toMatch(/^password=password:v3:[a-z]{38}$/);
    expect(pseudonymising(`${text} jane@leak.example`).text.startsWith(text)).toBe(true);
  });

  test("a forged one is not", () => {
    const forged = `password:v3:${"bcdfghjklmnpqrst".repeat(2)}bcdfgh`;
    expect(pseudonymising(forged, "password").text).not.toBe(forged);
  });

  test("a detector whose id is as long as ids get has tokens and labels too", () => {
    const id = "x".repeat(64);
    const custom = (action: string) =>
      redactTexts(
        planOf(
          `detectors: { custom: [{ id: ${id}, pattern: 'EMP-[0-9]{6}', atoms: ['EMP-'], action: ${action} }] }`,
        ),
      );
    expect(custom("pseudonym")("EMP-123456").text).toMatch(new RegExp(`^${id}:v3:[a-z]{38}$`));
    expect(custom("mask")("EMP-123456").text).toBe(`[REDACTED:${id}]`);
    expect(custom("mask")("EMP-123456", "user.email").text).toBe("[REDACTED:direct_identifier]");
  });
});

test("a replacement of several words stays where only its first is found again", () => {
  const replacing = redactTexts(planOf("classes: { credential: { replace: gone fishing } }"));
  expect(replacing("password=hunter2, bye").text).toBe("password=gone fishing, bye");
});

test("a text that belongs to no resource is decided under none, whatever was redacted before", () => {
  const redactor = createRedactor(
    planOf("rules: [{ where: { resource: { service.name: pay } }, attribute: k, action: mask }]"),
  );
  const batch = logsOf([["service.name", "pay"]], attribute("k", value.string("v")));
  expect(redactor.redact("logs", batch).bytes).not.toBe(batch);
  expect(redactor.redactText(Buffer.from("v"), "k").bytes.toString()).toBe("v");
});

describe("any text, under any policy", () => {
  const words = fc.constantFrom(
    "jane@leak.example",
    "4111 1111 1111 1111",
    "password=hunter2",
    "203.0.113.7",
    "2001:db8::7",
    "REDACTED",
    "[REDACTED:email]",
    "https://u:p@h/?token=t0k&a=b%20c#x",
    '{"password":"x y","a":["b@c.example"]}',
    "{",
    "[",
    '"',
    "\\",
    "Bearer abcDEF123456ghi",
    "+49 30 1234567",
    "sha256:",
    "email:v3:",
    "é",
    "\0",
    "\n",
    "=",
    ":",
    "&",
    "%40",
    "@",
    " ",
    "****",
    "gone fishing",
    "call",
    "phone:",
    "[WITHHELD:value_size]",
  );
  const texts = fc
    .tuple(
      fc.array(fc.oneof({ weight: 4, arbitrary: words }, fc.string({ unit: "binary", maxLength: 5 })), {
        maxLength: 12,
      }),
      fc.constantFrom("", " "),
    )
    .map(([parts, separator]) => parts.join(separator));

  test.each(Object.entries(POLICIES))("redacting again changes nothing: %s", (_, yaml) => {
    const redactUnder = redactTexts(planOf(yaml));
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom(undefined, "k", "url.full", "url.query", "user.email", "http.request.method"),
        (text, key) => {
          redactUnder(text, key);
        },
      ),
      { numRuns: 1500 },
    );
  });

  test("any bytes are redacted to UTF-8", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.constantFrom(undefined, "url.full", "password"), (bytes, key) => {
        const { bytes: redacted } = redact(Buffer.from(bytes), key);
        expect(Buffer.from(redacted.toString()).equals(redacted)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
