import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePredicate } from "./predicate.ts";

const ATTRIBUTES = {
  "http.request.method": "POST",
  "url.path": "/pay/7",
  "server.port": 8443,
  "http.request.header.x-tenant": ["42"],
  tenant: "42",
  weight: 0.5,
  internal: true,
};

test.each([
  ["http.request.method == 'POST' && url.path.startsWith('/pay')", true],
  ["http.request.method == 'GET' || url.path.contains('pay')", true],
  ["!(http.request.method in ['GET', 'HEAD'])", true],
  ["server.port == 8443", true],
  ["server.port > 8000 && server.port < 9000", true],
  ["weight >= 0.5", true],
  ["tenant == '42'", true],
  ["internal", true],
  ["internal ? tenant == '41' : true", false],
  ["'42' in attributes['http.request.header.x-tenant']", true],
  ['attributes["url.path"] == "/pay/7"', true],
  ["url.path.lowerAscii().endsWith('7') && size(url.path) == 6", true],
  ["url.path.re2('^/pay/[0-9]+$')", true],
  [String.raw`url.path.re2(r'^/pay/\d$')`, true],
  ["url.path.re2('^/PAY/')", false],
  ["url.path.re2('(?i)^/PAY/')", true],
  ["url.path.re2('y/') && !tenant.re2('[^0-9]')", true],
  ["url.path.lowerAscii().re2('pay')", true],
  ["server.port.re2('8443')", false],
  ["missing.re2('x')", false],
  ["missing.re2('x') || tenant == '42'", true],
  ["attributes['http.request.header.x-tenant'].re2('42')", false],
  ["has(url.path)", true],
  ["has(url.query)", false],
  ["!has(url.query)", true],
  ["has(nothing.at.all)", false],
  ["missing.attribute == 'x'", false],
  ["missing == 'x'", false],
  ["missing.attribute == 'x' || tenant == '42'", true],
  ["url.path == 7", false],
  ["url.path < 7", false],
  ["url.path", false],
  ["tenant", false],
])("%s is %s", (text, expected) => {
  expect(compilePredicate(text).matches(ATTRIBUTES)).toBe(expected);
});

test("says which attributes it looks at", () => {
  const { keys } = compilePredicate("a.b == 'x' && attributes['c-d'] == 'y' && a.b != 'z' && e");
  expect(keys).toEqual(["a.b", "c-d", "e"]);
});

test.each([
  ["no CEL", "a ==", "no CEL"],
  ["empty", "", "no CEL"],
  ["a backtracking match", "url.path.matches('(a+)+$')", "matches() is not allowed"],
  ["an expression with look-ahead", "url.path.re2('a(?=b)')", "in re2(): not a valid RE2 expression"],
  ["one with a back-reference", String.raw`url.path.re2(r'(a)\1')`, "not a valid RE2 expression"],
  ["one that is none", "url.path.re2('(')", "not a valid RE2 expression"],
  ["one that repeats too often", "url.path.re2('a{257}')", "too long once its repeats are written out"],
  ["one that repeats repeats", "url.path.re2('((a{9}){9}){9}')", "too long once its repeats"],
  ["many that are large together", "a.re2('x{200}') || a.re2('y{200}')", "too long once its repeats"],
  ["one that matches the empty text", "url.path.re2('a*')", "matches the empty text"],
  ["one of nothing but places", "url.path.re2('^$')", "matches the empty text"],
  ["one from an attribute", "url.path.re2(a.b)", "takes one expression, written out"],
  ["one that is put together", "url.path.re2(true ? 'a' : 'b')", "takes one expression, written out"],
  ["one that is no text", "url.path.re2(7)", "takes one expression, written out"],
  ["two at once", "url.path.re2('a', 'b')", "takes one expression, written out"],
  ["none", "url.path.re2()", "takes one expression, written out"],
  ["a function of that name", "re2(url.path, 'a')", "re2() is not allowed"],
  ["a comprehension", "attributes['x'].exists(x, x == '1')", "exists() is not allowed"],
  ["another comprehension", "[1, 2].all(x, x > 0)", "all() is not allowed"],
  ["a macro that binds", "cel.bind(x, 'a', x == 'a')", "bind() is not allowed"],
  ["a split", "url.path.split('/')[0] == 'a'", "index"],
  ["arithmetic", "server.port + 1 == 2", "operator + is not allowed"],
  ["a map", "{'a': 1}['a'] == 1", "too large"],
  ["an index of an attribute", "url['path'] == 'a'", "index"],
  ["an index that is no text", "attributes[0] == 'a'", "index"],
  ["all attributes", "attributes == 1", "needs a key"],
  ["a time", "timestamp('2024-01-01T00:00:00Z') == 1", "timestamp() is not allowed"],
  ["an attribute that is the beginning of another", "a.b == 'x' && a.b.c == 'y'", "beginning of another"],
  ["too long", `a == '${"x".repeat(2_000)}'`, "characters"],
  ["too deep", `${"(".repeat(100)}a${")".repeat(100)}`, "too large"],
  ["too many parts", Array(200).fill("a").join(" || "), "too large"],
])("%s is refused", (_, text, reason) => {
  expect(() => compilePredicate(text)).toThrow(
    expect.objectContaining({ code: "PREDICATE_INVALID", message: expect.stringContaining(reason) }),
  );
});

test("whatever a caller sends as an attribute, the answer is yes or no, and quick", () => {
  const predicate = compilePredicate(
    "url.path.contains('pay') || attributes['x'] in ['a', 'b'] || server.port > 3 || a.__proto__.b == 'c'",
  );
  const keys = fc.constantFrom("url.path", "x", "server.port", "__proto__", "a.__proto__.b", "constructor");
  fc.assert(
    fc.property(fc.dictionary(keys, fc.anything()), (attributes) => {
      expect(typeof predicate.matches(attributes)).toBe("boolean");
    }),
  );
  const long = { "url.path": "p".repeat(10_000_000), x: Array(1_000_000).fill("z") };
  const started = performance.now();
  expect(predicate.matches(long)).toBe(false);
  expect(performance.now() - started).toBeLessThan(100);
});

test("whatever text comes, it is compiled or refused", () => {
  const text = fc
    .array(
      fc.constantFrom(
        "a",
        ".",
        "b",
        "(",
        ")",
        "==",
        "'x'",
        "&&",
        "!",
        "[",
        "]",
        "in",
        "has",
        ".re2",
        ",",
        "1",
        "?",
        ":",
      ),
    )
    .map((parts) => parts.join(" "));
  fc.assert(
    fc.property(fc.oneof(text, fc.string()), (source) => {
      try {
        compilePredicate(source).matches(ATTRIBUTES);
      } catch (error) {
        expect(error).toMatchObject({ code: "PREDICATE_INVALID" });
      }
    }),
    { numRuns: 1_000 },
  );
});

test("any expression is refused or answers what RE2's own twin in JavaScript does, where that has the same meaning", () => {
  const part = fc.constantFrom(
    "a",
    "b",
    "[ab]",
    "[^a]",
    "(a|b)",
    ".",
    "^",
    "$",
    "a+",
    "b*",
    "a?",
    "(ab){1,3}",
    "/",
    "\\d",
  );
  const source = fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(""));
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c", "/", "1"), maxLength: 40 });
  let compared = 0;
  fc.assert(
    fc.property(source, text, (expression, value) => {
      let predicate: ReturnType<typeof compilePredicate>;
      try {
        predicate = compilePredicate(`a.re2(r'${expression}')`);
      } catch (error) {
        expect(error).toMatchObject({ code: "PREDICATE_INVALID" });
        return;
      }
      compared++;
      expect(predicate.matches({ a: value })).toBe(new RegExp(expression, "s").test(value));
    }),
    { numRuns: 2_000 },
  );
  expect(compared).toBeGreaterThan(500);
});

test.each([
  ["(a+)+[cd]$"],
  ["(a|a)*[cd]x"],
  ["([ab]*a[ab]{40}){2}[cd]x"],
  [".*a.{15}[cd]e"],
  ["(a?){30}a{30}[de]"],
])("the longest text takes %s no long time: a hundred answers", (expression) => {
  const predicate = compilePredicate(`a.re2('${expression}')`);
  const texts = ["a".repeat(8_192), "ab".repeat(4_096), "abbabaab".repeat(1_024)];
  const started = performance.now();
  for (let n = 0; n < 34; n++) for (const a of texts) predicate.matches({ a });
  expect(performance.now() - started).toBeLessThan(10_000); // backtracking would not end
});
