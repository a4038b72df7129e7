import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planOf } from "../test/plans.ts";
import { counted, redactTexts } from "../test/texts.ts";

const redact = redactTexts();

/** Joined here, since scanners can't tell an example from a leak. */
const WEBHOOK = ["services/T02AB3CD4", "B05EF6GH7", "k3jQ9xLmZ2vR8tYw4bNc"].join("/");

test.each<[name: string, url: string, expected: string]>([
  ["user and password", "https://jane:s3cret@shop.example/", "https://REDACTED:REDACTED@shop.example/"],
  ["a user alone", "https://jane@shop.example/", "https://REDACTED@shop.example/"],
  ["a password with a question mark", "postgres://app:pa?ss@db/shop", "postgres://REDACTED:REDACTED@db/shop"],
  [
    "a parameter by its key",
    "https://shop.example/?id=7&token=t0k",
    "https://shop.example/?id=7&token=REDACTED",
  ],
  [
    "a parameter with an encoded key",
    "https://h/?user%2Efull_name=Jane",
    "https://h/?user%2Efull_name=REDACTED",
  ],
  ["a parameter by what it says", "https://h/?to=jane@leak.example&n=1", "https://h/?to=REDACTED&n=1"],
  ["an encoded one", "https://h/?to=jane%40leak.example+x", "https://h/?to=REDACTED+x"],
  ["a key that is data", "https://h/?jane@leak.example=1", "https://h/?REDACTED=1"],
  ["a key with data in it", "https://h/?to+jane@leak.example=1", "https://h/?to%20%5BREDACTED:email%5D=1"],
  ["a parameter without a value", "https://h/?jane@leak.example", "https://h/?REDACTED"],
  [
    "the keys of signed URLs",
    "https://h/?X-Amz-Signature=abc&sig=def&s=1",
    "https://h/?X-Amz-Signature=REDACTED&sig=REDACTED&s=1",
  ],
  [
    "one segment of an encoded path",
    "https://h/a%20b/jane%40leak.example/c%2Fd",
    "https://h/a%20b/REDACTED/c%2Fd",
  ],
  ["parameters with semicolons", "https://h/?token=t0k&id=7;pin=8", "https://h/?token=REDACTED&id=7;pin=8"],
  [
    "a replaced value with a semicolon",
    "https://h/?id=7;token=t0;k&a=b",
    "https://h/?id=7;token=REDACTED&a=b",
  ],
  ["a route in the fragment", "https://h/#/cb?token=t0k", "https://h/#/cb?token=REDACTED"],
  ["a target in a parameter", "https://h/?next=/cb?token=t0k&a=b", "https://h/?next=/cb?token=REDACTED&a=b"],
  [
    "user info with an @ and a slash",
    "pg://jane@srv:pa/ss@h.example/db",
    "pg://REDACTED:REDACTED@h.example/db",
  ],
  ["blanks around it", " https://h/?token=t0k\n", " https://h/?token=REDACTED\n"],
  ["an encoded path", "https://h/u/jane%40leak.example", "https://h/u/REDACTED"],
  ["a path", "https://h/u/jane@leak.example/x", "https://h/u/REDACTED/x"],
  ["a fragment", "https://h/#access_token=abc&x=1", "https://h/#access_token=REDACTED&x=1"],
  [
    "a path that its host gives away",
    `https://hooks.slack.com/${WEBHOOK}`,
    "https://hooks.slack.com/REDACTED",
  ],
  ["an address as host", "http://203.0.113.7:80/x", "http://203.0.113.0:80/x"],
  ["an IPv6 address as host", "http://[2001:db8:1:2::3]:80/x", "http://[2001:db8:1::]:80/x"],
  [
    "an encoded JSON value",
    "https://h/?q=%7B%22password%22%3A%22a%20b%22%7D",
    "https://h/?q=%7B%22password%22%3A%22REDACTED%22%7D",
  ],
  [
    "an encoded URL",
    "https://h/?next=https%3A%2F%2Fa%3Ab%40h%2F",
    "https://h/?next=https%3A%2F%2FREDACTED:REDACTED%40h%2F",
  ],
  [
    "an encoded value that is no UTF-8",
    "https://h/caf%E9?q=a%FFjane%40leak.example",
    "https://h/caf%E9?q=a%FFREDACTED",
  ],
  ["a percent sign that encodes nothing", "https://h/?q=100%&token=t0k", "https://h/?q=100%&token=REDACTED"],
])("%s: redacted in place", (_, url, expected) => {
  expect(redact(url).text).toBe(expected);
  expect(new URL(expected.replace("postgres:", "http:")).href).toBeTruthy();
});

test.each([
  "https://shop.example/cart?id=7&page=2#top",
  "https://shop.example/%7Eshop/a%20b?q=caf%C3%A9+noir&x=%zz",
  "/cart?id=7",
  "wss://h",
  "https://REDACTED:REDACTED@h/?token=REDACTED",
  "https://h/?token=&x",
])("%s stays as it is", (url) => {
  expect(redact(url).text).toBe(url);
});

test.each<[name: string, url: string, expected: string]>([
  ["of a reference without a scheme", "//jane:hunter2@h/x", "//REDACTED:REDACTED@h/x"],
  [
    "behind a scheme that was redacted",
    "e@leak.example://jane:hunter2@h/x",
    "REDACTED://REDACTED:REDACTED@h/x",
  ],
])("user info %s", (_, url, expected) => {
  expect(redact(url, "url.full").text).toBe(expected);
});

test("a value with a semicolon inside JSON stays in one piece", () => {
  const under = redactTexts(planOf("rules: [{ attribute: pin, action: mask }]"));
  const json = (pin: string) =>
    `https://h/?data=${encodeURIComponent(`{"n":"x;y","pin":"${pin}"}`).replace("%3B", ";")}`;
  expect(decodeURIComponent(under(json("1234"), "x").text)).toBe(decodeURIComponent(json("REDACTED")));
});

test("a replacement with a semicolon is encoded", () => {
  const under = redactTexts(planOf("rules: [{ attribute: pin, action: { replace: 'gone; fishing' } }]"));
  expect(under("https://h/?pin=1234", "x").text).toBe("https://h/?pin=gone%3B%20fishing");
});

test("a URL attribute may be a path and query, a query attribute has no path", () => {
  expect(redact("/a?token=t0k", "url.full").text).toBe("/a?token=REDACTED");
  expect(redact("?a=1&token=t0k", "url.query").text).toBe("?a=1&token=REDACTED");
  expect(redact("token=t0k&a=1", "url.query").text).toBe("token=REDACTED&a=1");
});

test("a text with a URL in it is plain text", () => {
  expect(redact("GET https://a:b@h/?mail=jane@leak.example 200").text).toBe(
    "GET https://REDACTED:REDACTED@h/?mail=REDACTED 200",
  );
});

test("a signature in the query of a URL in a text reads as the URL conventions have it", () => {
  expect(redact("GET /a?X-Amz-Signature=fe5f80f77d5fa3beca038a24 200").text).toBe(
    "GET /a?X-Amz-Signature=REDACTED 200",
  );
});

test("what is replaced is counted by class, keys and user info too", () => {
  const redaction = redact("https://u:p@h/?token=x&jane@leak.example=1&to=john@leak.example");
  expect(counted(redaction)).toBe("2 credential/mask, 1 key/mask, 1 direct_identifier/mask");
});

describe("under other actions a URL stays one", () => {
  const CLASSES = "credential, direct_identifier, client_address".split(", ");
  const under = (action: string) =>
    redactTexts(planOf(`classes: { ${CLASSES.map((name) => `${name}: ${action}`).join(", ")} }`));

  test.each([
    "pseudonym",
    "hash",
    "drop",
    "mask",
    '{ replace: "gone & away?" }',
    "{ mask: { keep_last: 2 } }",
    "{ mask: { keep_first: 2 } }",
    "{ truncate: 4 }",
    "{ generalize: { ipv4_prefix: 8, ipv6_prefix: 8 } }",
  ])("%s", (action) => {
    const redactUnder = under(action);
    for (const host of ["203.0.113.7", "[2001:db8:1:2::3]", "jane.example"]) {
      const url = `http://${host}:8443/u/jane@leak.example?page=2&token=abcdef&to=jane%40leak.example&x=%31`;
      const { text } = redactUnder(url);
      const redacted = new URL(text);
      expect(redacted.port).toBe("8443");
      expect(redacted.searchParams.get("page")).toBe("2");
      expect(text).toContain("page=2&token=");
      expect(text).toMatch(/&x=%31$/);
      expect([...redacted.searchParams.keys()]).toEqual(["page", "token", "to", "x"]);
      expect(text).not.toContain("jane@leak");
      expect(text).not.toContain("abcdef");
    }
  });

  test("a parameter that a rule keeps is not looked into", () => {
    const keeping = redactTexts(planOf("rules: [{ attribute: to, action: keep }]"));
    expect(keeping("https://h/?to=jane%40leak.example").text).toBe("https://h/?to=jane%40leak.example");
  });
});

test("any web URL with addresses anywhere: they are gone, it still parses, other parameters are the same bytes", () => {
  const part = fc.oneof(
    fc.constantFrom("a", "x1", "caf%C3%A9", "a+b", "%20", "1", ""),
    fc.nat(99).map((n) => `canary${n}@leak.example`),
    fc.nat(99).map((n) => `canary${n}%40leak.example`),
  );
  const parameters = fc.array(fc.tuple(fc.constantFrom("a", "page", "q", "token"), part), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(part, { maxLength: 3 }), parameters, part, (path, query, fragment) => {
      const search = query.map(([key, value]) => `${key}=${value}`);
      const { text } = redact(`https://shop.example/${path.join("/")}?${search.join("&")}#${fragment}`);
      expect(decodeURIComponent(text)).not.toContain("@leak.example");
      expect(new URL(text).host).toBe("shop.example");
      const after = text.slice(text.indexOf("?") + 1, text.lastIndexOf("#"));
      const expected = search.map((parameter) =>
        /canary|^token=./.test(parameter) ? parameter.replace(/=.*/, "=REDACTED") : parameter,
      );
      expect(after).toBe(expected.join("&"));
    }),
    { numRuns: 1000 },
  );
});
