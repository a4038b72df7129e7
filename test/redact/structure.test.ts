import { defaultPlan } from "@scrim/policy";
import { createRedactor } from "@scrim/redact";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CANARIES } from "../leak/canaries.ts";

const redactor = createRedactor(defaultPlan());
const redact = (text: string, key?: string) => redactor.redactText(Buffer.from(text), key).bytes.toString();

const canary = fc.tuple(fc.constantFrom(...Object.values(CANARIES)), fc.nat(200)).map(([make, n]) => make(n));
const PLAIN_KEYS = ["note", "items", "order.id", "n", "", "__proto__", "é"];
const leaf = fc.oneof(
  fc.constantFrom(null, true, 7, -1.5, "plain", "größer 😀", 'quo"te\\'),
  canary.map(({ text }) => text),
);
const { document } = fc.letrec((tie) => ({
  document: fc.oneof(tie("object"), tie("list")),
  value: fc.oneof({ maxDepth: 4 }, leaf, tie("object"), tie("list")),
  object: fc.dictionary(fc.constantFrom(...PLAIN_KEYS), tie("value"), { maxKeys: 4 }),
  list: fc.array(tie("value"), { maxLength: 4 }),
}));

/** The document with every canary replaced, as it must come out. */
function withoutCanaries(value: unknown): unknown {
  if (typeof value === "string") return redact(value.startsWith("{") || value.startsWith("[") ? "" : value);
  if (Array.isArray(value)) return value.map(withoutCanaries);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutCanaries(member)]));
}

describe("JSON in text", () => {
  test("any document stays a document: nothing sensitive is left, everything else is equal", () => {
    fc.assert(
      fc.property(document, fc.constantFrom(0, 2), fc.boolean(), (value, indent, asciiOnly) => {
        let text = JSON.stringify(value, undefined, indent);
        if (asciiOnly)
          text = text.replace(
            /[\u0080-\uffff]/g,
            (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
          );
        expect(JSON.parse(redact(text))).toEqual(withoutCanaries(value));
      }),
      { numRuns: 500 },
    );
  });

  const CASES: readonly (readonly [name: string, text: string, redacted: string])[] = [
    [
      "sensitive keys",
      '{"user":{"email":"x","n":1},"password":5}',
      '{"user":{"email":"[REDACTED:direct_identifier]","n":1},"password":"[REDACTED:credential]"}',
    ],
    [
      "both of two equal keys",
      '{"password":"a","password":"b"}',
      '{"password":"[REDACTED:credential]","password":"[REDACTED:credential]"}',
    ],
    ["an escaped key", '{"\\u0070assword":"a"}', '{"\\u0070assword":"[REDACTED:credential]"}'],
    ["a key that is data", '{"jane@shop.example":3}', '{"[REDACTED:email]":3}'],
    ["escapes in a value", '{"m":"a\\njane@shop.example"}', '{"m":"a\\n[REDACTED:email]"}'],
    [
      "JSON in a JSON string",
      '{"m":"{\\"full_name\\":\\"Jane Doe\\"}"}',
      '{"m":"{\\"full_name\\":\\"[REDACTED:direct_identifier]\\"}"}',
    ],
    ["a card as a number", '{"n":4111111111111111}', '{"n":"[REDACTED:credit_card]"}'],
    ["a card as a negative number", '{"n":-4111111111111111}', '{"n":"[REDACTED:credit_card]"}'],
    ["a card as a float", '{"n":4111111111111111.0}', '{"n":"[REDACTED:credit_card]"}'],
    [
      "numbers that only Python writes",
      '{"n":NaN,"m":-Infinity,"password":"a"}',
      '{"n":NaN,"m":-Infinity,"password":"[REDACTED:credential]"}',
    ],
    ["a byte order mark", '\ufeff{"password":"a"}', '\ufeff{"password":"[REDACTED:credential]"}'],
    [
      "documents with commas between",
      '{"n":1},{"password":"a"}',
      '{"n":1},{"password":"[REDACTED:credential]"}',
    ],
    ["a whole container", '{"password":{"old":"a","new":["b"]}}', '{"password":"[REDACTED:credential]"}'],
    [
      "lines",
      '{"email":"a"}\n{"email":"b"}',
      '{"email":"[REDACTED:direct_identifier]"}\n{"email":"[REDACTED:direct_identifier]"}',
    ],
    ["a cut secret", '{"a":1,"password":"hun', '{"a":1,"password":[WITHHELD:structure]'],
    ["a cut text", '{"a":"see jane@shop.example', '{"a":"see [REDACTED:email]'],
    ["no JSON at all", "[INFO] jane@shop.example", "[INFO] [REDACTED:email]"],
  ];
  test.each(CASES)("%s", (_, text, redacted) => {
    expect(redact(text)).toBe(redacted);
  });

  test("eight documents inside one another are looked into; what is deeper is withheld", () => {
    const nested = (levels: number): string =>
      levels === 0 ? '{"full_name":"Jane Doe"}' : JSON.stringify({ m: nested(levels - 1) });
    expect(redact(nested(5))).not.toContain("Jane");
    const deep = redact(nested(10));
    expect(deep).not.toContain("Jane");
    expect(deep).toContain("[WITHHELD:depth]");
    expect(redact(`${"[".repeat(70)}{"full_name":"Jane Doe"}`)).not.toContain("Jane");
  });

  test("time grows with the text, not with its nesting or the length of its keys", () => {
    const longKey = "k".repeat(30_000);
    const text = `{"${longKey}":{${Array.from({ length: 4000 }, (_, n) => `"m${n}":${n}`).join()}}}`;
    const flat = `{"k":{"pad":"${"x".repeat(30_000)}",${Array.from({ length: 4000 }, (_, n) => `"m${n}":${n}`).join()}}}`;
    const time = (input: string) => {
      let best = Infinity;
      for (let run = 0; run < 7; run++) {
        const { user, system } = process.cpuUsage();
        redact(input);
        const spent = process.cpuUsage({ user, system });
        best = Math.min(best, spent.user + spent.system);
      }
      return best;
    };
    time(flat);
    // A path of 30,000 letters looked up for each of 4000 members would take a thousand times as long.
    expect(time(text)).toBeLessThan(60 * time(flat));
  });
});

describe("URLs", () => {
  const CASES: readonly (readonly [name: string, url: string, redacted: string])[] = [
    ["user info", "https://bob:pw@shop.example/a", "https://REDACTED:REDACTED@shop.example/a"],
    ["a user alone", "https://token@shop.example/", "https://REDACTED@shop.example/"],
    [
      "a slash in the password",
      "postgres://u:hunter2/x@db.internal:5432/shop",
      "postgres://REDACTED:REDACTED@db.internal:5432/shop",
    ],
    [
      "signed keys, as the conventions say",
      "https://s3.example/o?X-Amz-Signature=ab&X-Amz-Date=20260101&sig=cd",
      "https://s3.example/o?X-Amz-Signature=REDACTED&X-Amz-Date=20260101&sig=REDACTED",
    ],
    [
      "sensitive parameters",
      "https://shop.example/?q=shoes&email=j%40x.org&token=t&page=2",
      "https://shop.example/?q=shoes&email=REDACTED&token=REDACTED&page=2",
    ],
    [
      "a URL in a parameter, not encoded",
      "https://shop.example/?next=https://x.example/?first_name=Jane",
      "https://shop.example/?next=https://x.example/?first_name=REDACTED",
    ],
    [
      "semicolons between parameters",
      "https://shop.example/?q=1;password=hunter2",
      "https://shop.example/?q=1;password=REDACTED",
    ],
    [
      "a secret that begins with the host",
      "https://hooks.slack.com/services/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",
      "https://hooks.slack.com/REDACTED",
    ],
    ["an encoded finding", "https://shop.example/?u=j%40x.org&v=1", "https://shop.example/?u=REDACTED&v=1"],
    [
      "a finding in the path",
      "https://shop.example/u/jane@shop.example/cart",
      "https://shop.example/u/REDACTED/cart",
    ],
    [
      "an encoded segment",
      "https://shop.example/a:b,c/jane%40x.example/e%20f",
      "https://shop.example/a:b,c/REDACTED/e%20f",
    ],
    ["other encodings than UTF-8", "https://shop.example/caf%E9/item", "https://shop.example/caf%E9/item"],
    [
      "a fragment",
      "https://shop.example/#access_token=abc&x=1",
      "https://shop.example/#access_token=REDACTED&x=1",
    ],
    ["a public address as host", "http://203.0.113.7:8080/x", "http://203.0.113.0:8080/x"],
    ["an IPv6 host", "https://[2001:4860:4860::8888]:443/x", "https://[2001:4860:4860::]:443/x"],
    [
      "nothing",
      "https://shop.example:8443/a/b?page=2&sort=-price#top",
      "https://shop.example:8443/a/b?page=2&sort=-price#top",
    ],
  ];
  test.each(CASES)("%s", (_, url, redacted) => {
    expect(redact(url, "url.full")).toBe(redacted);
    if (!url.startsWith("postgres")) expect(URL.canParse(redacted)).toBe(true);
  });

  test.each(["&", ";"])("time grows with the parameters, not with their square: %s", (separator) => {
    const time = (count: number) => {
      const url = `https://shop.example/?${Array.from({ length: count }, () => "a=1").join(separator)}`;
      let best = Infinity;
      for (let run = 0; run < 5; run++) {
        const start = performance.now();
        redact(url, "url.full");
        best = Math.min(best, performance.now() - start);
      }
      return best;
    };
    time(4000);
    expect(time(32_000)).toBeLessThan(24 * time(4000));
  });

  test("any URL stays one, and what is not sensitive in it survives byte for byte", () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
        canary,
        (url, { secret, text }) => {
          const [before, fragment = ""] = url.split("#");
          const planted = `${before}${before!.includes("?") ? "&" : "?"}note=${encodeURIComponent(text)}#${fragment}`;
          const redacted = redact(planted, "url.full");
          expect(URL.canParse(redacted)).toBe(true);
          expect(decodeURIComponent(redacted.replace(/%(?![0-9a-fA-F]{2})/g, "%25"))).not.toContain(secret);
        },
      ),
    );
  });
});
