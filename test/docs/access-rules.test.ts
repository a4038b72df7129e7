import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compileRules, parseAccessConfig } from "@scrim/access";
import { readYaml } from "@scrim/pipeline";
import { expect, test } from "vitest";
import { ROOT } from "../packages/workspace.ts";

test("the rules that the page shows are read, and mean what it says", () => {
  const page = readFileSync(join(ROOT, "docs/access-rules.md"), "utf8");
  const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const { rules, notifications } = parseAccessConfig(readYaml(yaml) as object);
  expect(rules.approvals.map(({ name }) => name)).toEqual(["reveals", "staging", "others"]);
  expect(rules.automatic.map(({ verdict }) => verdict)).toEqual(["approve", "deny"]);
  const target = { service: "pay", environment: "staging" };
  const request = {
    capability: "capture",
    level: "debug",
    classes: [],
    owners: ["payments"],
    traces: 5n,
    values: 0n,
  };
  const requester = { kind: "person", roles: [], teams: [], on_call: ["payments"], is_acting: false };
  const context = { target, request: { ...request, duration_s: 900n }, requester };
  const compiled = compileRules(rules);
  expect(compiled.approvalsFor(context).map(({ name }) => name)).toEqual(["staging"]);
  expect(compiled.automaticFor([context])).toEqual({ verdict: "approve", rule: "on-call" });
  expect(notifications.map(({ format }) => format)).toEqual(["slack", "webhook"]);
});
