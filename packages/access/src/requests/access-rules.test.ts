import { type ErrorCode, OperatingError } from "@scrim/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { type AccessRules, AccessRulesSchema, compileRules } from "./access-rules.ts";
import { compileRuleExpression, type RuleContext } from "./rule-expression.ts";

const rulesOf = (config: z.input<typeof AccessRulesSchema>): AccessRules =>
  compileRules(AccessRulesSchema.parse(config));

function contextOf(given: {
  service?: string;
  environment?: string;
  roles?: string[];
  classes?: string[];
}): RuleContext {
  const { service = "pay", environment = "production", roles = [], classes = [] } = given;
  return {
    target: { service, environment },
    request: {
      capability: "capture",
      level: "debug",
      classes,
      owners: ["payments"],
      traces: 5n,
      values: 0n,
      duration_s: 600n,
    },
    requester: { kind: "person", roles, teams: [], on_call: [], is_acting: false },
  };
}

const ONCALL = { name: "oncall", when: '"oncall" in requester.roles', verdict: "approve" as const };
const VAULT = { name: "vault", when: 'target.service == "vault"', verdict: "deny" as const };

describe("automatic rules", () => {
  const roles = ["oncall"];

  test("a denial beats an approval, in whatever order they stand", () => {
    for (const automatic of [
      [ONCALL, VAULT],
      [VAULT, ONCALL],
    ])
      expect(rulesOf({ automatic }).automaticFor([contextOf({ service: "vault", roles })])).toEqual({
        verdict: "deny",
        rule: "vault",
      });
  });

  test("a denial for one of the services holds for the request: naming another beside it gets nobody past it", () => {
    const rules = rulesOf({ automatic: [ONCALL, VAULT] });
    const both = [contextOf({ service: "pay", roles }), contextOf({ service: "vault", roles })];
    for (const contexts of [both, both.toReversed()])
      expect(rules.automaticFor(contexts)?.verdict).toBe("deny");
    expect(rules.automaticFor([contextOf({ roles })])?.verdict).toBe("approve");
  });

  test("an approval must be for each of the services", () => {
    const when = 'target.environment == "staging" && "oncall" in requester.roles';
    const rules = rulesOf({ automatic: [{ ...ONCALL, when }] });
    const staging = contextOf({ environment: "staging", roles });
    expect(rules.automaticFor([staging, staging])?.verdict).toBe("approve");
    expect(rules.automaticFor([staging, contextOf({ roles })])).toBeUndefined();
  });

  test("where it can't be told whether a rule denies, nothing is approved without people", () => {
    const unclear = {
      name: "first-class",
      when: 'request.classes[0] == "government_id"',
      verdict: "deny" as const,
    };
    const rules = rulesOf({ automatic: [ONCALL, unclear] });
    expect(rules.automaticFor([contextOf({ roles })])).toBeUndefined();
    expect(rules.automaticFor([contextOf({ roles, classes: ["email"] })])?.verdict).toBe("approve");
    expect(rules.automaticFor([contextOf({ roles, classes: ["government_id"] })])?.verdict).toBe("deny");
  });

  test("one that looks at nothing but what the requester writes may deny, and not approve", () => {
    const when = 'request.capability == "capture" && target.environment == "staging"';
    expect(() => rulesOf({ automatic: [{ name: "all", when, verdict: "approve" }] })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", path: "rules.automatic.0.when" }),
    );
    expect(() => rulesOf({ automatic: [{ name: "none", when, verdict: "deny" }] })).not.toThrow();
  });
});

const REFUSED: readonly [name: string, when: string, code: ErrorCode][] = [
  ["nothing but a name", "target", "CONFIG_INVALID"],
  ["a field that there isn't", 'target.servise == "pay"', "CONFIG_INVALID"],
  ["a variable that there isn't", 'reviewer.roles.exists(role, role == "x")', "CONFIG_INVALID"],
  ["text for a number", 'request.duration_s == "600"', "CONFIG_INVALID"],
  ["no yes or no", "request.duration_s + 1", "CONFIG_INVALID"],
  ["an expression that backtracks", 'target.service.matches("(a+)+$")', "CONFIG_INVALID"],
  ["one that backtracks, called as a function", 'matches(target.service, "(a+)+$")', "CONFIG_INVALID"],
  ["no end", 'target.service == "pay" &&', "CONFIG_INVALID"],
  ["depth", `${"(".repeat(64)}true${")".repeat(64)} && ${"!".repeat(64)}true`, "CONFIG_INVALID"],
  ["size", Array.from({ length: 200 }, () => "true").join("||"), "CONFIG_INVALID"],
];

test.each(REFUSED)("an expression with %s is refused", (_, when, code) => {
  expect(() => compileRuleExpression(when, ["target", "request", "requester"], "when")).toThrow(
    expect.objectContaining({ code, path: "when" }),
  );
});

test("any text is refused with a code, or answers yes, no, or that it can't tell", () => {
  const words = fc.constantFrom(
    "target",
    ".service",
    "request",
    ".classes",
    "[0]",
    "requester.roles",
    "==",
    "&&",
    "||",
    "!",
    "(",
    ")",
    '"pay"',
    "in",
    ".exists(x, x == ",
    "true",
    "1",
    "/",
    "0",
    "size(",
    ".matches(",
    "?",
    ":",
    "{",
    "}",
    "[",
    "]",
    " ",
    "\u0000",
    "__proto__",
    ".constructor",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(words, { maxLength: 12 }).map((all) => all.join(" ")),
        fc.string(),
      ),
      (when) => {
        let compiled: ReturnType<typeof compileRuleExpression>;
        try {
          compiled = compileRuleExpression(when, ["target", "request", "requester"], "when");
        } catch (error) {
          expect((error as OperatingError).code).toBe("CONFIG_INVALID");
          expect(error).toBeInstanceOf(OperatingError);
          return;
        }
        expect([true, false, undefined]).toContain(compiled.answer(contextOf({})));
      },
    ),
    { numRuns: 2_000 },
  );
});

test("the first rule that holds says who decides on a service; without one it is one approval for an hour", () => {
  const rules = rulesOf({
    approvals: [
      { name: "vault", when: 'target.service == "vault"', thresholds: [{ approve: 3 }], duration_max: "5m" },
      { name: "production", when: 'target.environment == "production"', thresholds: [{ approve: 2 }] },
    ],
  });
  const namesFor = (given: Parameters<typeof contextOf>[0]) =>
    rules.approvalsFor(contextOf(given)).map(({ name }) => name);
  expect(namesFor({ service: "vault" })).toEqual(["vault"]);
  expect(namesFor({ service: "pay" })).toEqual(["production"]);
  const [rule, ...more] = rules.approvalsFor(contextOf({ environment: "staging" }));
  expect(more).toEqual([]);
  expect(rule).toMatchObject({
    name: "default",
    thresholds: [{ approve: 1, deny: 1 }],
    durationMaxS: 3_600,
  });
});

test("a rule of which it can't be told whether it holds is asked for as well", () => {
  const rules = rulesOf({
    approvals: [
      { name: "first-team", when: 'requester.roles[0] == "payments"', thresholds: [{ approve: 2 }] },
      { name: "everything" },
      { name: "never-reached" },
    ],
  });
  const namesFor = (roles: string[]) => rules.approvalsFor(contextOf({ roles })).map(({ name }) => name);
  expect(namesFor(["payments"])).toEqual(["first-team"]);
  expect(namesFor(["others"])).toEqual(["everything"]);
  expect(namesFor([])).toEqual(["first-team", "everything"]);
});

test("a threshold's filter stays in force for requests that were made under it, when the rule is edited", () => {
  const thresholds = [{ approve: 1, deny: 1, filter: '"security" in reviewer.roles' }];
  const context = (roles: string[]) => ({
    request: contextOf({}).request!,
    reviewer: { roles, teams: [], on_call: [] },
  });
  const edited = rulesOf({});
  expect(edited.countsFor(thresholds, context(["security"]))).toEqual([0]);
  expect(edited.countsFor(thresholds, context(["engineer"]))).toEqual([]);
});
