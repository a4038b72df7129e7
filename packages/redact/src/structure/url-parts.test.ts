import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodedOffset,
  hostNameEnd,
  isHostName,
  isUnbroken,
  percentDecode,
  schemeEnd,
  splitUrl,
} from "./url-parts.ts";
import { percentEncode } from "./written.ts";

/** The parts of a URL that lies between other bytes, joined by `|`: user info, host, path, query, fragment. */
function parts(url: string): string {
  const bytes = Buffer.from(`@/${url}#?`);
  const split = splitUrl(bytes, 2, bytes.length - 2);
  const text = (start: number, end: number) => bytes.toString("utf8", start, end);
  return [
    text(split.userInfoStart, split.userInfoEnd),
    text(split.hostStart, split.hostEnd),
    text(split.pathStart, split.pathEnd),
    text(split.queryStart, split.queryEnd),
    text(split.fragmentStart, split.fragmentEnd),
  ].join("|");
}

test.each<[url: string, expected: string]>([
  ["https://shop.example/cart?id=7#top", "|shop.example|/cart|id=7|top"],
  ["https://user:pass@shop.example:8443/", "user:pass|shop.example:8443|/||"],
  ["https://a@b@shop.example", "a@b|shop.example|||"],
  ["https://shop.example?mail=a@b", "|shop.example||mail=a@b|"],
  ["https://shop.example#a?b@c", "|shop.example|||a?b@c"],
  ["http://[2001:db8::1]:80/x", "|[2001:db8::1]:80|/x||"],
  ["postgres://u:p@h1:5432,h2:5432/db", "u:p|h1:5432,h2:5432|/db||"],
  ["file:///etc/passwd", "||/etc/passwd||"],
  ["/cart?id=7", "||/cart|id=7|"],
  ["?id=7", "|||id=7|"],
  ["", "||||"],
  ["https://", "||||"],
  // Signs that should have been encoded, in a password: a URL parser takes the rest for a path or a query.
  ["postgres://user:pa?ss@db/shop", "user:pa?ss|db|/shop||"],
  ["postgres://user:pa/ss@db/shop", "user:pa/ss|db|/shop||"],
  ["postgres://user:pa#ss@db/shop?x=1", "user:pa#ss|db|/shop|x=1|"],
  ["https://shop.example:8443/a@b", "|shop.example:8443|/a@b||"],
  ["https://shop.example:8443?mail=a@b", "|shop.example:8443||mail=a@b|"],
])("%s splits into %s", (url, expected) => {
  expect(parts(url)).toBe(expected);
});

test("any web URL splits as URL does, and its parts don't overlap", () => {
  const urls = fc
    .tuple(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.constantFrom("", "user:pass@", "user@"),
    )
    .map(([url, userInfo]) => url.replace("://", `://${userInfo}`));
  fc.assert(
    fc.property(urls, (text) => {
      const url = new URL(text);
      const [userInfo, host, path, query, fragment] = parts(text).split("|");
      expect(userInfo).toBe(url.password === "" ? url.username : `${url.username}:${url.password}`);
      expect(host!.toLowerCase().replace(/:(?:80|443)$/, "")).toBe(url.host);
      expect(new URL(`http://h${path}`).pathname).toBe(url.pathname);
      expect(new URL(`http://h/?${query}`).search).toBe(url.search);
      expect(new URL(`http://h/#${fragment}`).hash).toBe(url.hash);
    }),
    { numRuns: 50 }, // URLs are slow to make
  );
});

test("any bytes: the parts lie in order and within", () => {
  const pieces = fc.array(
    fc.constantFrom("a", ":", "/", "//", "://", "?", "#", "@", "[", "]", "%", "7", "é"),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((each) => Buffer.from(each.join(""))),
        fc.uint8Array(),
      ),
      (bytes) => {
        const { length } = bytes;
        const split = splitUrl(bytes, 0, length);
        const { userInfoStart, userInfoEnd, hostStart, hostEnd, pathStart, pathEnd } = split;
        const { queryStart, queryEnd, fragmentStart, fragmentEnd } = split;
        const order = [0, userInfoStart, userInfoEnd, hostStart, hostEnd, pathStart, pathEnd];
        order.push(queryStart, queryEnd, fragmentStart, fragmentEnd, length);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 2000 },
  );
});

test.each<[text: string, at: number]>([
  ["https://shop.example", 5],
  ["mongodb+srv://h", 11],
  ["C://temp", 1],
  ["see https://shop.example", -1],
  ["://h", -1],
  ["1a://h", -1],
  ["mailto:jane", -1],
  ["https:/", -1],
  [`${"s".repeat(21)}://h`, -1],
])("the scheme of %s ends at %d", (text, at) => {
  expect(schemeEnd(Buffer.from(text), 0, text.length)).toBe(at);
});

test.each<[text: string, unbroken: boolean]>([
  ["https://shop.example/ä", true],
  ["https://shop.example/ GET", false],
  ["https://shop.example\n", false],
])("%j is one URL at most: %s", (text, unbroken) => {
  const bytes = Buffer.from(text);
  expect(isUnbroken(bytes, 0, bytes.length)).toBe(unbroken);
});

describe("percent encoding", () => {
  const decode = (text: string, plusIsSpace = true) =>
    percentDecode(Buffer.from(text), plusIsSpace)?.toString();

  test.each<[text: string, decoded: string | undefined]>([
    ["jane%40example.com", "jane@example.com"],
    ["a+b%2bc", "a b+c"],
    ["100%", "100%"],
    ["%4", "%4"],
    ["%zz%4g", "%zz%4g"],
    ["%2540", "%40"],
    ["plain", undefined],
    ["", undefined],
  ])("%s says %s", (text, decoded) => {
    expect(decode(text)).toBe(decoded);
  });

  test("outside of queries a plus is a plus", () => {
    expect(decode("a+b%20c", false)).toBe("a+b c");
    expect(decode("a+b", false)).toBeUndefined();
  });

  test("any encoded text: each byte is found where it is encoded", () => {
    const pieces = fc.array(fc.constantFrom("a", "%40", "%", "%4", "%zz", "+", "é", "%c3%a9"));
    fc.assert(
      fc.property(pieces, (parts) => {
        const encoded = Buffer.from(parts.join(""));
        const decoded = percentDecode(encoded, false) ?? encoded;
        for (let offset = 0; offset < decoded.length; offset++) {
          const [from, to] = [offset, offset + 1].map((each) => encodedOffset(encoded, 0, each));
          const piece = encoded.subarray(from, to);
          expect((percentDecode(piece, false) ?? piece)[0]).toBe(decoded[offset]);
        }
        expect(encodedOffset(encoded, 0, decoded.length)).toBe(encoded.length);
      }),
    );
  });

  test("any text: encoded and back, and it is one value of a query", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const encoded = percentEncode(Buffer.from(text));
        expect(decode(encoded.toString()) ?? encoded.toString()).toBe(text);
        expect(new URLSearchParams(`a=${encoded}&b=1`).get("a")).toBe(text);
      }),
    );
  });
});

test.each<[host: string, name: string]>([
  ["shop.example:8443", "shop.example"],
  ["shop.example", "shop.example"],
  ["203.0.113.7:80", "203.0.113.7"],
  ["203.0.113.7", "203.0.113.7"],
  ["[2001:db8::1]:80", "[2001:db8::1]"],
  ["[2001:db8::1]", "[2001:db8::1]"],
  ["host:", "host"],
  ["8080", "8080"],
  ["", ""],
])("the name in %s is %s", (host, name) => {
  const bytes = Buffer.from(host);
  expect(host.slice(0, hostNameEnd(bytes, 0, bytes.length))).toBe(name);
});

test.each<[host: string, may: boolean]>([
  ["shop.example", true],
  ["203.0.113.0", true],
  ["[2001:db8::]", true],
  ["REDACTED", true],
  ["[REDACTED]", false],
  ["2001:db8::", false],
  ["email:v3:bcd", false],
  ["****.7", false],
  ["a b", false],
  ["", false],
])("%j may be a host: %s", (host, may) => {
  expect(isHostName(host)).toBe(may);
});
