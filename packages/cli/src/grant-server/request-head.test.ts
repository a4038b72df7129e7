import type { IncomingMessage } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkHost, hasVersion, parseTarget, wantsEvents } from "./request-head.ts";

const withHeaders = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage;

test.each([
  ["/v1/bundles/checkout/production", "checkout", "production"],
  ["/v1/bundles/checkout/production?x=1", "checkout", "production"],
  ["/v1/bundles/a%2Fb/pr%C3%B6d", "a/b", "pröd"],
  ["/v1/bundles/../x", "..", "x"],
])("%s names a service", (url, service, environment) => {
  expect(parseTarget(url)).toEqual({ kind: "bundle", name: { service, environment } });
});

test("leases have one path", () => {
  expect(parseTarget("/v1/grant-uses?x")).toEqual({ kind: "uses" });
});

test.each([
  ["/", "unknown_path"],
  ["", "unknown_path"],
  ["*", "unknown_path"],
  ["/v1/bundles", "unknown_path"],
  ["/v1/bundles/checkout", "unknown_path"],
  ["/v1/bundles//production", "unknown_path"],
  ["/v1/bundles/checkout/", "unknown_path"],
  ["/v1/bundles/a/b/c", "unknown_path"],
  ["/v1/bundles/a/b/", "unknown_path"],
  ["/v2/bundles/a/b", "unknown_path"],
  ["/v1/grant-uses/", "unknown_path"],
  ["http://x/v1/bundles/a/b", "unknown_path"],
  ["/v1/bundles/%/b", "malformed"],
  ["/v1/bundles/%C3/b", "malformed"],
])("%s is refused", (url, reason) => {
  expect(() => parseTarget(url)).toThrow(expect.objectContaining({ reason }));
});

test("any path names a service as it was encoded, or is refused", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: "binary" }), fc.string(), (service, url) => {
      const path = `/v1/bundles/${encodeURIComponent(service.toWellFormed())}/production`;
      expect(parseTarget(path)).toMatchObject({ name: { service: service.toWellFormed() } });
      for (const each of [url, `/v1/bundles/${url}`]) {
        try {
          parseTarget(each);
        } catch (error) {
          expect(error).toMatchObject({ reason: expect.stringMatching(/unknown_path|malformed/) });
        }
      }
    }),
  );
});

test.each([
  ["127.0.0.1:4320", true],
  ["127.9.9.9", true],
  ["localhost:4320", true],
  ["LOCALHOST", true],
  ["[::1]:4320", true],
  ["grants.attacker.example:4320", false],
  ["127.0.0.1.attacker.example", false],
  ["localhost:4320@attacker.example", false],
  ["10.0.0.1:4320", false],
  ["", false],
])("without a token, Host %j is answered: %s", (host, isAnswered) => {
  const check = () => checkHost(withHeaders({ host }));
  if (isAnswered) expect(check).not.toThrow();
  else expect(check).toThrow(expect.objectContaining({ reason: "foreign_host" }));
});

test.each([
  [{}, false],
  [{ accept: "*/*" }, false],
  [{ accept: "application/octet-stream" }, false],
  [{ accept: "text/event-stream" }, true],
  [{ accept: "application/octet-stream;q=0.1, Text/Event-Stream;q=1" }, true],
])("%j asks for events: %s", (headers, isStream) => {
  expect(wantsEvents(withHeaders(headers as Record<string, string>))).toBe(isStream);
});

test("what can't be sent is not acceptable", () => {
  expect(() => wantsEvents(withHeaders({ accept: "text/html" }))).toThrow(
    expect.objectContaining({ reason: "not_acceptable" }),
  );
});

test.each([
  ['"7"', true],
  ['W/"7"', true],
  ['"6", "7"', true],
  ["*", true],
  ['"6"', false],
  ["7", false],
  ["", false],
])("If-None-Match %j of version 7: %s", (tag, has) => {
  expect(hasVersion(withHeaders({ "if-none-match": tag }), "7")).toBe(has);
});
