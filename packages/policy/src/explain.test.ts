import { expect, test } from "vitest";
import { compilePolicy, defaultPlan } from "./compile.ts";
import { explain, explainDecision, explainFinding } from "./explain.ts";
import { parsePolicy } from "./parse.ts";

test("a decision of the catalogue comes with the entry and its reason", () => {
  const answer = explain(defaultPlan(), { key: "customer.full_name" });
  expect(answer).toMatchObject({
    decision: { action: { kind: "mask" }, class: "direct_identifier" },
    origin: "class direct_identifier of user.full_name, by leaf (default policy)",
    via: "leaf",
    change: "add a rule for this attribute, or change classes.direct_identifier",
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

test("a decision of a class comes with the line where the policy says what the class gets", () => {
  const plan = compilePolicy([
    parsePolicy("version: 1\nclasses:\n  location: mask\nunknown: drop\nbody: mask\n", "shop.yaml"),
  ]);
  const origin = (key: string) => explain(plan, { key }).origin;
  expect(origin("geo.locality.name")).toMatch(/^class location of .* \(shop\.yaml:3\)$/);
  expect(origin("user.email")).toMatch(/^class direct_identifier of .* \(shop\.yaml\)$/);
  expect(origin("nobody.knows")).toBe("unknown (shop.yaml:4)");
  expect(explainDecision("", plan.body)).toMatchObject({ origin: "body (shop.yaml:5)", entry: undefined });
});

test("text that no key names says so", () => {
  expect(explainDecision("", defaultPlan().text)).toMatchObject({
    origin: "text that stands under no key",
    change: "choose other detectors: no rule is for text without a key",
  });
});

test.each([
  ["its class", "{}", "classes.direct_identifier (shop.yaml)", "mask"],
  [
    "a class that is written down",
    "{}\nclasses: { direct_identifier: hash }",
    "classes.direct_identifier (shop.yaml:3)",
    "hash",
  ],
  ["its id", "{ actions: { email: hash } }", "detectors.actions.email (shop.yaml:2)", "hash"],
])("what findings become is decided by %s, and says where", (_, detectors, origin, kind) => {
  const text = `version: 1\ndetectors: ${detectors}`;
  expect(explainFinding(compilePolicy([parsePolicy(text, "shop.yaml")]), "email")).toMatchObject({
    detector: "email",
    action: { kind },
    origin,
    change: "set detectors.actions.email, or have it in detectors.disable",
  });
});

test("findings that several layers decide name the layer that goes the furthest, or all", () => {
  const layer = (action: string, source: string) =>
    parsePolicy(`version: 1\ndetectors: { actions: { email: ${action} } }`, source);
  const origin = (...actions: readonly string[]) =>
    explainFinding(compilePolicy(actions.map((action, at) => layer(action, `${at}.yaml`))), "email")?.origin;
  expect(origin("{ mask: email }", "mask")).toBe("detectors.actions.email (1.yaml:2)");
  expect(origin("hash", "{ mask: email }")).toBe(
    "detectors.actions.email (0.yaml:2) and detectors.actions.email (1.yaml:2)",
  );
});

test("a detector of a policy's own is decided where it stands", () => {
  const text =
    'version: 1\ndetectors:\n  custom:\n    - { id: order, atoms: ["order-"], pattern: "order-[0-9]{8}", action: hash }\n';
  const plan = compilePolicy([parsePolicy(text, "shop.yaml")]);
  expect(explainFinding(plan, "order")?.origin).toBe("detectors.custom[0].action (shop.yaml:4)");
});

test("a detector that is not used is not explained", () => {
  const plan = compilePolicy([parsePolicy("version: 1\ndetectors: { disable: [email] }", "p.yaml")]);
  expect(explainFinding(plan, "email")).toBeUndefined();
});

test("joined decisions name all sides", () => {
  const base = parsePolicy("version: 1\nrules: [{ attribute: a, action: hash }]", "base.yaml");
  const team = parsePolicy("version: 1\nrules: [{ attribute: a, action: { truncate: 5 } }]", "team.yaml");
  expect(explain(compilePolicy([base, team]), { key: "a" })).toMatchObject({
    origin: "rules[0] (base.yaml:2) and rules[0] (team.yaml:2)",
    change: "layers differ and join to mask: make them agree",
  });
});
