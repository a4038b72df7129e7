import { expect, test } from "vitest";
import { compilePolicy, defaultPlan } from "./compile.ts";
import { explain } from "./explain.ts";
import { parsePolicy } from "./parse.ts";

test("a decision of the catalogue comes with the entry and its reason", () => {
  const answer = explain(defaultPlan(), { key: "customer.full_name" });
  expect(answer).toMatchObject({
    decision: { action: { kind: "mask" }, class: "direct_identifier" },
    origin: "class direct_identifier of user.full_name, by leaf (default policy)",
    via: "leaf",
    change: "add a rule for this attribute, or change classes.direct_identifier",
    findings: [],
  });
  expect(answer.entry?.reason).toMatch(/./);
});

test("a decision of a rule comes with file and line, for the resource in question", () => {
  const text =
    "version: 1\nrules:\n  - where: { resource: { service.name: pay* } }\n    attribute: a\n    action: drop\n";
  const plan = compilePolicy([parsePolicy(text, "shop.yaml")]);
  expect(explain(plan, { key: "a", resource: { "service.name": "payments" } })).toMatchObject({
    decision: { action: { kind: "drop" } },
    origin: "rules[0] (shop.yaml:3)",
    change: "change rules[0], or put a rule before it",
    entry: undefined,
  });
  expect(explain(plan, { key: "a", resource: { "service.name": "tests" } })).toMatchObject({
    decision: { action: { kind: "scan" } },
    origin: "unknown (shop.yaml)",
    change: "add a rule, or an alias that says which attribute this is",
  });
});

test("findings are told by detector and offset in bytes, never by their text", () => {
  const answer = explain(defaultPlan(), { key: "note", value: "é jane@example.com" });
  expect(answer.findings).toEqual([
    { detector: "email", start: 3, end: 19, action: { kind: "mask", style: { style: "all" } } },
  ]);
  expect(JSON.stringify(answer)).not.toContain("jane");
});

test("a value under an action that does not scan has no findings", () => {
  expect(explain(defaultPlan(), { key: "user.email", value: "jane@example.com" }).findings).toEqual([]);
});

test("under the key of a class that is kept only certain findings count", () => {
  const value = "from 203.0.113.7";
  const plan = compilePolicy([parsePolicy("version: 1\nclasses: { harmless: keep }", "p.yaml")]);
  expect(explain(plan, { key: "nobody.knows", value }).findings).toHaveLength(1);
  expect(explain(plan, { key: "http.request.method", value }).findings).toEqual([]);
});

test("what the budgets leave unscanned is told", () => {
  const plan = compilePolicy([parsePolicy("version: 1\nlimits: { value_bytes_max: 1024 }", "p.yaml")]);
  expect(explain(plan, { key: "note", value: "x".repeat(1030) }).unscannedBytes).toBe(6);
});

test("joined decisions name all sides", () => {
  const base = parsePolicy("version: 1\nrules: [{ attribute: a, action: hash }]", "base.yaml");
  const team = parsePolicy("version: 1\nrules: [{ attribute: a, action: { truncate: 5 } }]", "team.yaml");
  expect(explain(compilePolicy([base, team]), { key: "a" })).toMatchObject({
    origin: "rules[0] (base.yaml:2) and rules[0] (team.yaml:2)",
    change: "layers differ and join to mask: make them agree",
  });
});
