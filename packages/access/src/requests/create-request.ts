import { randomBytes } from "node:crypto";
import { commitmentTo } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { compilePredicate } from "@scrim/grants";
import type { ActInProgress } from "../acts/act-in-progress.ts";
import { entryNames } from "../acts/entry-names.ts";
import type { Principal } from "../directory/principal.ts";
import { Refusal } from "../http/refusal.ts";
import { findAll } from "../store/find-all.ts";
import {
  type AccessRequest,
  type AskedBy,
  type KeptText,
  OWNERS_MAX,
  RULES_MAX,
  THRESHOLDS_MAX,
} from "./access-request.ts";
import type { AccessRules, ApprovalRule } from "./access-rules.ts";
import { allow } from "./allow.ts";
import type { Control } from "./control.ts";
import { awaitsReview, grantAt, isOpen } from "./grant-machine.ts";
import { makeGrant } from "./make-grant.ts";
import { checkQuotas } from "./quotas.ts";
import type { BreakGlassInput, RequestInput } from "./request-input.ts";
import { decided } from "./request-machine.ts";
import { requestResource } from "./resource-of.ts";
import type { Scope } from "./scope.ts";
import { ruleContext, targetsOf } from "./targets.ts";

/**
 * Asks for access. A rule may decide at once.
 *
 * @throws {Refusal} `forbidden`, `no_service`, `predicate`, `ticket`, `not_extendable`, `quota`
 */
export async function createRequest(
  control: Control,
  act: ActInProgress,
  input: RequestInput,
): Promise<AccessRequest> {
  const by = callerOf(act);
  if (!control.capabilities.includes(input.scope.capability)) throw new Refusal("not_here");
  const drafted = await draft(control, act, by, input.scope, input);
  const policies = allow(control, act, "request.create", requestResource(drafted));
  checkPredicate(input.scope);
  if (input.extends !== undefined) await checkExtendable(act, by, input.extends, input.scope);
  const contexts = drafted.audiences.map((each) =>
    ruleContext(input.scope, input.duration_s, drafted.owners, by, each),
  );
  const rules = contexts.flatMap((context) => control.rules.approvalsFor(context));
  checkTicket(rules, input.ticket);
  const durationS = Math.min(
    input.duration_s,
    roleMaxS(control.rules, by),
    ...rules.map(({ durationMaxS }) => durationMaxS),
  );
  const { quotas } = control.rules.config;
  await checkQuotas(
    act.transaction,
    quotas,
    by.tenant,
    drafted.asked_by,
    { requests: 1, grants: 0, grantS: 0 },
    act.nowS,
  );
  const request: AccessRequest = {
    ...drafted,
    duration_s: durationS,
    asked_duration_s: input.duration_s,
    ...(input.starts_at !== undefined && { starts_at: input.starts_at }),
    ...(input.extends !== undefined && { extends: input.extends }),
    rules: distinct(rules.map(({ name }) => name)),
    thresholds: thresholdsOf(rules),
    times_out_at: act.nowS + Math.min(...rules.map(({ timesOutAfterS }) => timesOutAfterS)),
  };
  checkServices(request);
  auditRequest(act, "create", request, policies);
  act.answerWith(request.id);
  await act.transaction.put("request", request);
  const decidedRequest = await decideAutomatically(control, act, request, contexts);
  if (decidedRequest.state === "pending") await control.tell(act, "request.created", { request });
  return decidedRequest;
}

/**
 * Takes access at once. Owners hear of it, somebody else reviews it, and until then whoever took it takes no more.
 *
 * @throws {Refusal} `forbidden`, `break_glass_off`, `review_due`, `no_service`, `predicate`, `quota`
 */
export async function breakGlass(
  control: Control,
  act: ActInProgress,
  input: BreakGlassInput,
): Promise<AccessRequest> {
  const by = callerOf(act);
  if (!control.capabilities.includes(input.scope.capability)) throw new Refusal("not_here");
  const drafted = await draft(control, act, by, input.scope, input);
  const request: AccessRequest = { ...drafted, break_glass: true, state: "approved", ended_at: act.nowS };
  const policies = allow(control, act, "break_glass.create", requestResource(request));
  if (by.kind !== "person") throw new Refusal("forbidden");
  const { capabilities, duration_max, review_within } = control.rules.config.break_glass;
  if (!capabilities.includes(input.scope.capability)) throw new Refusal("break_glass_off");
  checkPredicate(input.scope);
  checkServices(drafted);
  const taken = await findAll(act.transaction, "grant", { tenant: by.tenant, person: by.id });
  if (taken.some(awaitsReview)) throw new Refusal("review_due");
  const durationS = Math.min(input.duration_s, Math.floor(duration_max / 1_000));
  auditRequest(act, "break_glass", { ...request, duration_s: durationS }, policies);
  act.answerWith(request.id);
  const granted = await makeGrant(
    control,
    act,
    { ...request, duration_s: durationS, asked_duration_s: input.duration_s, rules: ["break_glass"] },
    { state: "due", due_at: act.nowS + Math.floor(review_within / 1_000) },
  );
  await control.tell(act, "break_glass.taken", granted);
  return granted.request;
}

function callerOf({ by }: ActInProgress): Principal {
  if (by === undefined) throw new Refusal("forbidden");
  return by;
}

/** All of a request that doesn't depend on rules. */
async function draft(
  { directory }: Control,
  { transaction, nowS }: ActInProgress,
  by: Principal,
  scope: Scope,
  { reason, ticket }: Pick<RequestInput, "reason" | "ticket">,
): Promise<AccessRequest> {
  const targets = await targetsOf(transaction, by.tenant, scope);
  return {
    id: requestId(nowS),
    tenant: by.tenant,
    asked_by: askedBy(by),
    owners: distinct(
      targets.flatMap(({ service, environment }) => directory.ownersOf(service, environment, by.tenant)),
    ),
    reason: keptText(reason),
    ...(ticket !== undefined && { ticket }),
    scope,
    audiences: targets.map(({ service, environment }) => ({ service, environment })),
    duration_s: 1,
    asked_duration_s: 1,
    break_glass: false,
    rules: [],
    thresholds: [],
    decisions: [],
    created_at: nowS,
    times_out_at: nowS,
    state: "pending",
  };
}

/** In the order of time, since requests are listed by their ids. */
function requestId(nowS: number): string {
  return `req-${nowS.toString(16).padStart(8, "0")}${randomBytes(4).toString("hex")}`;
}

export function askedBy({ id, actingFor, people, teams }: Principal): AskedBy {
  return {
    principal: id,
    ...(actingFor !== undefined && { acting_for: actingFor }),
    people: [...people],
    teams: [...teams],
  };
}

/** A text with what its commitment in the log is opened by. */
export function keptText(text: string): KeptText {
  const { commitment, opening } = commitmentTo(text);
  return { commitment, ...opening };
}

async function decideAutomatically(
  control: Control,
  act: ActInProgress,
  request: AccessRequest,
  contexts: readonly ReturnType<typeof ruleContext>[],
): Promise<AccessRequest> {
  const automatic = control.rules.automaticFor(contexts);
  if (automatic === undefined) return request;
  const { verdict, rule } = automatic;
  if (verdict === "approve" && request.scope.capability === "reveal") return request;
  // A rule stands for all the people that are needed; how many those were stays with the request.
  const thresholds = request.thresholds.map((threshold) => ({ ...threshold, approve: 1, deny: 1 }));
  const decision = {
    verdict,
    reviewer: `rule:${rule}`,
    people: [],
    counts_for: thresholds.map((_, at) => at),
    at: act.nowS,
  };
  const next = { ...decided({ ...request, thresholds }, decision), thresholds: request.thresholds };
  act.auditAlone({
    kind: "decision",
    action: verdict,
    ids: { request: request.id, rule },
    facts: { state: next.state },
  });
  if (next.state === "approved") return (await makeGrant(control, act, next)).request;
  await act.transaction.put("request", next);
  await control.tell(act, "request.denied", { request: next });
  return next;
}

/** Services that one reveal may name: as many as its grant has room for. */
const REVEAL_SERVICES_MAX = 64;

/** A predicate that can't be compiled would fail in every process that gets it. */
function checkPredicate(scope: Scope): void {
  if (scope.capability !== "capture") return;
  const { selector } = scope;
  const where =
    "where" in selector ? selector.where : "on_error" in selector ? selector.on_error.where : undefined;
  if ("where" in selector && scope.traces_max === undefined)
    throw new Refusal("invalid", [{ path: "scope.traces_max", message: "a predicate needs it" }]);
  if ("on_error" in selector && (scope.traces_max !== undefined || scope.lookback_s === 0))
    throw new Refusal("invalid", [
      {
        path: "scope",
        message: "traces with errors need lookback_s, and have a rate in place of traces_max",
      },
    ]);
  if (where === undefined) return;
  try {
    compilePredicate(where);
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    throw new Refusal("predicate", [{ path: "scope.selector", message: error.hint ?? error.message }]);
  }
}

/** Whoever asks for very much asks for it in several requests. */
function checkServices({ scope, audiences, owners, rules, thresholds }: AccessRequest): void {
  if (owners.length > OWNERS_MAX || rules.length > RULES_MAX || thresholds.length > THRESHOLDS_MAX) {
    throw new Refusal("invalid", [
      {
        path: "scope.services",
        message: "fewer services: these have too many owners, or come under too many rules",
      },
    ]);
  }
  if (scope.capability !== "reveal") return;
  if (new Set(audiences.map(({ service }) => service)).size <= REVEAL_SERVICES_MAX) return;
  throw new Refusal("invalid", [
    { path: "scope.services", message: `at most ${REVEAL_SERVICES_MAX} services` },
  ]);
}

async function checkExtendable(
  { transaction, nowS }: ActInProgress,
  by: Principal,
  id: string,
  scope: Scope,
): Promise<void> {
  const grant = await transaction.get("grant", id);
  if (grant === undefined || grant.tenant !== by.tenant) throw new Refusal("not_extendable");
  const { holder, review } = grant;
  const isOwn = holder.principal === by.id && holder.acting_for === by.actingFor;
  const isSame = JSON.stringify(grant.scope) === JSON.stringify(scope);
  if (!isOwn || !isSame || review !== undefined || !isOpen(grantAt(grant, nowS)))
    throw new Refusal("not_extendable");
}

function checkTicket(rules: readonly ApprovalRule[], ticket: string | undefined): void {
  for (const { isTicket } of rules) {
    if (isTicket !== undefined && (ticket === undefined || !isTicket(ticket))) throw new Refusal("ticket");
  }
}

/** Of several roles the longest counts; roles without a duration limit nothing. */
function roleMaxS({ config }: AccessRules, { roles }: Principal): number {
  const durations = roles.flatMap((role) => config.role_durations[role] ?? []);
  return durations.length === 0 ? Number.POSITIVE_INFINITY : Math.floor(Math.max(...durations) / 1_000);
}

/** What each of the rules asks for: who asks for two services gets past neither's. */
function thresholdsOf(rules: readonly ApprovalRule[]): AccessRequest["thresholds"] {
  const all = rules.flatMap(({ thresholds }) => thresholds);
  return [...new Map(all.map((threshold) => [JSON.stringify(threshold), threshold])).values()];
}

function auditRequest(
  act: ActInProgress,
  action: string,
  request: AccessRequest,
  policies: readonly string[],
): void {
  const { id, scope, audiences, duration_s, ticket, reason } = request;
  act.audit({
    kind: "request",
    action,
    ids: { request: id, ...(request.extends !== undefined && { extends: request.extends }) },
    policies: [...policies],
    facts: {
      capability: scope.capability,
      services: entryNames(distinct(audiences.map(({ service }) => service))),
      environments: entryNames(distinct(audiences.map(({ environment }) => environment))),
      seconds: duration_s,
      has_ticket: ticket !== undefined,
      ...(scope.capability === "reveal" && { classes: entryNames(scope.classes), values: scope.values_max }),
    },
    texts: { reason: reason.commitment },
  });
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
