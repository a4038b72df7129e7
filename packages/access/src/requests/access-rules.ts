import { compileTextTest } from "@scrim/detect/text-test";
import { OperatingError } from "@scrim/errors";
import { duration } from "@scrim/pipeline";
import * as z from "zod";
import { type Threshold, ThresholdSchema } from "./access-request.ts";
import { compileRuleExpression, type RuleContext, type RuleExpression } from "./rule-expression.ts";

/*
 * Who decides on what, as an administrator writes it. Cedar's policies say who may decide at all; rules say how many of them have to, for how
 * long at most, and which requests nobody has to look at.
 */

const RuleName = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/, "lower-case letters, digits, _ . -");
const Expression = z.string().min(1).max(1_024);
const Role = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/);

/** Size of what a ticket's expression looks for, in bytes. */
const TICKET_SIZE_MAX = 256;

const ApprovalRuleSchema = z.strictObject({
  name: RuleName,
  when: Expression.optional().meta({
    description:
      "For which services and requests: CEL over `target`, `request`, `requester`. Without it for all.",
  }),
  thresholds: z
    .array(ThresholdSchema)
    .min(1)
    .max(8)
    .default([{ approve: 1, deny: 1 }])
    .meta({ description: "How many must agree: all of these must be reached." }),
  duration_max: duration({ min: "1m", max: "720h" })
    .prefault("1h")
    .meta({ description: "How long a grant lasts at most." }),
  times_out_after: duration({ min: "1m", max: "168h" })
    .prefault("1h")
    .meta({ description: "How long a request waits for decisions." }),
  ticket: z.string().min(1).max(256).optional().meta({
    description: "An RE2 expression that the ticket must match. Without it no ticket is needed.",
  }),
});

const AutomaticRuleSchema = z.strictObject({
  name: RuleName,
  when: Expression.meta({
    description:
      "CEL over `target`, `request`, `requester`. To approve it must hold for each service, and look at `requester`; to deny, hold for one.",
  }),
  verdict: z
    .enum(["approve", "deny"])
    .meta({ description: "Deny beats approve. Reveals are never approved so." }),
});

const count = (description: string) => z.int().min(1).max(1_000_000).optional().meta({ description });

const QuotaSchema = z
  .strictObject({
    requests_pending: count("Requests that wait for decisions at once."),
    grants_open: count("Grants that are scheduled or active at once."),
    grant_minutes_per_day: count("Minutes of grants that begin in 24 hours."),
  })
  .prefault({});

export const AccessRulesSchema = z.strictObject({
  approvals: z.array(ApprovalRuleSchema).max(64).default([]).meta({
    description:
      "The first whose `when` holds decides, for each service. Where none does, one approval for an hour at most.",
  }),
  automatic: z
    .array(AutomaticRuleSchema)
    .max(64)
    .default([])
    .meta({ description: "Decisions that need nobody." }),
  role_durations: z
    .record(Role, duration({ min: "1m", max: "720h" }))
    .default({})
    .meta({
      description: "How long grants of people with a role last at most. Of several roles the longest counts.",
    }),
  quotas: z
    .strictObject({
      person: QuotaSchema.meta({ description: "Of each person." }),
      team: QuotaSchema.meta({ description: "Of each team, together." }),
    })
    .prefault({}),
  break_glass: z
    .strictObject({
      capabilities: z
        .array(z.enum(["capture", "reveal", "probe"]))
        .max(3)
        .default(["capture"])
        .meta({ description: "What can be taken without asking." }),
      duration_max: duration({ min: "1m", max: "15m" })
        .prefault("15m")
        .meta({ description: "For how long." }),
      review_within: duration({ min: "1h", max: "168h" })
        .prefault("24h")
        .meta({ description: "When its review is late, and told of again." }),
    })
    .prefault({}),
});

export type AccessRulesConfig = z.output<typeof AccessRulesSchema>;
export type Quota = z.output<typeof QuotaSchema>;

/** What decides on a request for one service. */
export interface ApprovalRule {
  readonly name: string;
  readonly thresholds: readonly Threshold[];
  readonly durationMaxS: number;
  readonly timesOutAfterS: number;
  /** Whether a ticket is one, where one is needed. */
  readonly isTicket: ((ticket: string) => boolean) | undefined;
}

export interface AccessRules {
  readonly config: AccessRulesConfig;
  /** The rules for a service: the first that holds, and those before it of which that can't be told, since one may be stricter. */
  approvalsFor(context: RuleContext): readonly ApprovalRule[];
  /**
   * What is decided without anybody, by which rule. One that denies for one of a request's services denies all of it: naming more services gets nobody
   * past it. One that approves must do so for each; where it can't be told whether one denies, people decide.
   */
  automaticFor(
    contexts: readonly RuleContext[],
  ): { readonly verdict: "approve" | "deny"; readonly rule: string } | undefined;
  /** Which of a request's thresholds a reviewer counts for. */
  countsFor(thresholds: readonly Threshold[], context: RuleContext): readonly number[];
}

const DEFAULT_RULE: ApprovalRule = {
  name: "default",
  thresholds: [{ approve: 1, deny: 1 }],
  durationMaxS: 3_600,
  timesOutAfterS: 3_600,
  isTicket: undefined,
};

/** @throws {OperatingError} `CONFIG_INVALID`, with the path of the expression */
export function compileRules(config: AccessRulesConfig, path = "rules"): AccessRules {
  checkNames([...config.approvals, ...config.automatic], path);
  const approvals = config.approvals.map((rule, at) => compileApproval(rule, `${path}.approvals.${at}`));
  const automatic = config.automatic.map((rule, at) => compileAutomatic(rule, `${path}.automatic.${at}`));
  const filters = new Map<string, RuleExpression>();
  for (const [at, { thresholds }] of config.approvals.entries()) {
    for (const [index, { filter }] of thresholds.entries()) {
      if (filter === undefined) continue;
      filters.set(filter, compileFilter(filter, `${path}.approvals.${at}.thresholds.${index}.filter`));
    }
  }
  return {
    config,
    approvalsFor(context) {
      const found: ApprovalRule[] = [];
      for (const { when, rule } of approvals) {
        const answer = when === undefined ? true : when.answer(context);
        if (answer !== false) found.push(rule);
        if (answer === true) return found;
      }
      return [...found, DEFAULT_RULE];
    },
    automaticFor(contexts) {
      const denying = automatic.filter(({ verdict }) => verdict === "deny");
      const denial = denying.find(({ when }) => contexts.some((context) => when.holds(context)));
      if (denial !== undefined) return { verdict: "deny", rule: denial.name };
      const isClear = denying.every(({ when }) =>
        contexts.every((context) => when.answer(context) === false),
      );
      const approval = automatic.find(
        ({ verdict, when }) => verdict === "approve" && contexts.every((context) => when.holds(context)),
      );
      return isClear && approval !== undefined ? { verdict: "approve", rule: approval.name } : undefined;
    },
    countsFor: (thresholds, context) =>
      thresholds.flatMap(({ filter }, at) => {
        if (filter === undefined) return [at];
        // One of a rule that was edited since the request was made counts as it was then.
        const compiled = filters.get(filter) ?? compileFilter(filter, "filter");
        return compiled.holds(context) ? [at] : [];
      }),
  };
}

function compileApproval(rule: AccessRulesConfig["approvals"][number], path: string) {
  const { name, when, thresholds, duration_max, times_out_after, ticket } = rule;
  return {
    when: when === undefined ? undefined : compileWhen(when, path),
    rule: {
      name,
      thresholds,
      durationMaxS: Math.floor(duration_max / 1_000),
      timesOutAfterS: Math.floor(times_out_after / 1_000),
      isTicket: ticket === undefined ? undefined : compileTicket(ticket, `${path}.ticket`),
    } satisfies ApprovalRule,
  };
}

/** A rule that looks at nothing but what the requester writes could be met by writing it. */
function compileAutomatic({ name, when, verdict }: AccessRulesConfig["automatic"][number], path: string) {
  const compiled = compileWhen(when, path);
  if (verdict === "approve" && !compiled.variables.has("requester")) {
    throw new OperatingError("CONFIG_INVALID", "it approves by what the requester writes alone", {
      path: `${path}.when`,
      hint: 'say who may: requester.on_call.exists(team, team in request.owners), or "oncall" in requester.roles',
    });
  }
  return { name, verdict, when: compiled };
}

function compileWhen(when: string, path: string): RuleExpression {
  return compileRuleExpression(when, ["target", "request", "requester"], `${path}.when`);
}

function compileFilter(filter: string, path: string): RuleExpression {
  return compileRuleExpression(filter, ["reviewer", "request"], path);
}

function compileTicket(source: string, path: string): (ticket: string) => boolean {
  const compiled = compileTextTest(source, TICKET_SIZE_MAX);
  if ("test" in compiled) return (ticket) => compiled.test(ticket);
  throw new OperatingError("CONFIG_INVALID", compiled.message, { path, hint: compiled.hint });
}

function checkNames(rules: readonly { readonly name: string }[], path: string): void {
  const names = rules.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at || name === DEFAULT_RULE.name);
  if (twice === undefined) return;
  throw new OperatingError("CONFIG_INVALID", `the rule ${twice} is there already`, {
    path,
    hint: "give each a name of its own",
  });
}
