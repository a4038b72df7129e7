import fc from "fast-check";
import { expect, test } from "vitest";
import { compileAttributePatterns, covers } from "./attribute-pattern.ts";

const CASES: readonly [patterns: readonly string[], path: string, matches: boolean][] = [
  [["user"], "user", true],
  [["user"], "user.email", true],
  [["user"], "users", false],
  [["user.*"], "user", false],
  [["user.email"], "user", false],
  [["*.password"], "db.password.value", true],
  [["*"], "anything.at.all", true],
  [["a", "b"], "b", true],
  [["user.*", "!user.id"], "user.id", false],
  [["user.*", "!user.id"], "user.id.source", false],
  [["user.*", "!user.id"], "user.email", true],
  [["http.request.header.x-api-key"], "http.request.header.X_Api_Key", true],
  [["HTTP.Request.Header.X_Api_Key"], "http.request.header.x-api-key", true],
  [["http.request.header.*", "!http.request.header.content-type"], "http.request.header.Content_Type", false],
  [["rpc.request.metadata.x-tenant"], "rpc.request.metadata.X-Tenant", true],
  [["*x-api-key"], "http.response.header.x_api_key", true],
  [["app.Some-Key"], "app.some_key", false],
];

test.each(CASES)("%j against %j is %j", (patterns, path, matches) => {
  expect(compileAttributePatterns(patterns).matches(path)).toBe(matches);
});

const segment = fc.constantFrom("user", "email", "*", "a*", "http.request.header", "X-Key");
const pattern = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join("."));

test("what a covered pattern matches, the covering one matches", () => {
  fc.assert(
    fc.property(
      pattern,
      pattern,
      fc.string({ unit: fc.constantFrom("a", ".", "user"), maxLength: 4 }),
      (wide, narrow, filling) => {
        fc.pre(covers(wide, narrow));
        const path = narrow.replaceAll("*", filling);
        expect(compileAttributePatterns([wide]).matches(path)).toBe(true);
      },
    ),
  );
});

test("covering looks at stars, subtrees and header names", () => {
  expect(covers("user.*", "user.email")).toBe(true);
  expect(covers("user", "user.*")).toBe(true);
  expect(covers("user.email", "user.*")).toBe(false);
  expect(covers("http.request.header.*", "http.request.header.X-Key")).toBe(true);
});
