import { expect, test } from "vitest";
import { compilePredicate } from "./predicate.ts";
import { INSTRUMENTATIONS, startKeysOf } from "./start-attributes.ts";

const CASES: readonly (readonly [key: string, isKnown: string, isCallerControlled: boolean])[] = [
  ["http.request.method", "always", true],
  ["url.path", "always", true],
  ["user_agent.original", "always", true],
  ["client.address", "always", true],
  ["network.peer.address", "always", false],
  ["url.full", "always", false],
  ["http.request.header.x-tenant", "only", true],
  ["http.route", "only", false],
  ["rpc.method", "no", false],
  ["http.response.status_code", "no", false],
  ["tenant.id", "no", false],
  ["http.request.headers", "no", false],
];

test.each(CASES)("%s: known at the start %s, by callers %s", (key, isKnown, isCallerControlled) => {
  const predicate = compilePredicate(`attributes["${key}"] == 'x'`);
  expect(startKeysOf(predicate)).toMatchObject([{ key, isKnown, isCallerControlled }]);
});

test("what it takes is told for each way to have it, and only where nothing else brings it", () => {
  expect(startKeysOf({ keys: ["http.route", "url.path"] }).map(({ only }) => only.length)).toEqual([1, 0]);
});

test("no instrumentation begins a span with what it sets later, nor names a key twice", () => {
  for (const { name, starts, later } of INSTRUMENTATIONS) {
    const keys = [...starts.map(({ key }) => key), ...later];
    expect(new Set(keys).size, name).toBe(keys.length);
  }
});
