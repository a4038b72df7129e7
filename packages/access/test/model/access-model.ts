import { ON_CALL_S, START_S } from "./cast.ts";

/*
 * What the control plane should do, from the promises alone: the people of `cast.ts`, the rules that stand there, and no line of the code under
 * test. Plain and slow on purpose. Times are seconds since 1970.
 */

/** Somebody as the model knows them. */
export interface Who {
  readonly tenant: string;
  readonly kind: "person" | "machine";
  readonly roles: readonly string[];
  readonly teams: readonly string[];
  readonly people: readonly string[];
}

const person = (name: string, roles: string[], teams: string[] = [], tenant = "shop"): Who => ({
  tenant,
  kind: "person",
  roles,
  teams,
  people: [name],
});
const robotFor = (people: string[], roles: string[], teams: string[]): Who => ({
  tenant: "shop",
  kind: "machine",
  roles,
  teams,
  people,
});

/** By name; of machines with whom they act for. */
const EVERYBODY: Readonly<Record<string, Who>> = {
  ana: person("ana", ["engineer"], ["payments"]),
  bo: person("bo", ["engineer", "approver"], ["payments"]),
  cy: person("cy", ["approver", "security"], ["platform"]),
  dee: person("dee", ["engineer", "approver"], ["platform"]),
  flo: person("flo", ["approver"]),
  op: person("op", ["operator"]),
  eve: person("eve", ["engineer", "approver", "operator"], [], "bank"),
  robot: robotFor(["bo"], ["engineer", "approver", "security"], ["payments"]),
  "robot for ana": robotFor(["ana", "bo"], ["engineer"], ["payments"]),
  "robot for cy": robotFor(["cy", "bo"], ["approver", "security"], []),
  "robot for dee": robotFor(["dee", "bo"], ["engineer", "approver"], []),
};

interface Threshold {
  readonly approve: number;
  readonly deny: number;
  readonly isForSecurity: boolean;
}

export interface Decision {
  readonly reviewer: string;
  readonly verdict: "approve" | "deny";
  readonly countsFor: readonly number[];
}

export interface Scope {
  readonly capability: "capture" | "reveal" | "probe";
  readonly services: readonly string[];
  readonly environments: readonly string[];
  readonly tracesMax?: number;
}

export interface Request {
  readonly id: string;
  readonly caller: string;
  readonly who: Who;
  readonly scope: Scope;
  readonly audiences: readonly (readonly [service: string, environment: string])[];
  readonly thresholds: readonly Threshold[];
  readonly decisions: Decision[];
  readonly createdAt: number;
  readonly timesOutAt: number;
  readonly durationS: number;
  readonly startsAt: number | undefined;
  readonly extended: Grant | undefined;
  readonly isBreakGlass: boolean;
  state: "pending" | "approved" | "denied" | "cancelled" | "timed_out";
  endedAt: number | undefined;
  grant: Grant | undefined;
}

export interface Grant {
  readonly id: string;
  readonly request: Request;
  readonly notBefore: number;
  readonly expiresAt: number;
  state: "scheduled" | "active" | "expired" | "revoked" | "exhausted";
  endedAt: number | undefined;
  review: { state: "due" | "reviewed" | "escalated"; readonly dueAt: number; reviewer?: string } | undefined;
  leased: number;
  used: number;
  readonly held: Map<string, number>;
}

export interface CreateInput {
  readonly scope: Scope;
  readonly durationS: number;
  readonly ticket: string | undefined;
  readonly startsAt: number | undefined;
  readonly extended: Grant | undefined;
}

const DAY_S = 86_400;
const PERSON = { pending: 4, open: 4, daySeconds: 90 * 60 };
const TEAM = { pending: 6, open: 5, daySeconds: Number.POSITIVE_INFINITY };

const isOpen = ({ state }: Grant) => state === "scheduled" || state === "active";

/** Tells what may be refused and why, and what comes of what isn't. */
export class AccessModel {
  now = START_S;
  readonly services = new Map<string, { readonly tenant: string; readonly keys: Set<number> }>();
  readonly requests: Request[] = [];
  readonly grants: Grant[] = [];

  who(caller: string): Who | undefined {
    return EVERYBODY[caller];
  }

  /** What the clock does. */
  at(now: number): void {
    this.now = now;
    for (const request of this.requests) {
      if (request.state !== "pending" || now < request.timesOutAt) continue;
      request.state = "timed_out";
      request.endedAt = request.timesOutAt;
    }
    for (const grant of this.grants) {
      if (grant.state === "scheduled" && now >= grant.notBefore) grant.state = "active";
      if (isOpen(grant) && now >= grant.expiresAt) {
        grant.state = "expired";
        grant.endedAt = grant.expiresAt;
      }
      if (grant.review?.state === "due" && now >= grant.review.dueAt) grant.review.state = "escalated";
    }
  }

  audiencesOf({ services, environments }: Scope, tenant: string): (readonly [string, string])[] {
    const matches = (patterns: readonly string[], name: string) =>
      patterns.some((pattern) => pattern === "*" || pattern === name);
    return [...this.services]
      .filter(([, service]) => service.tenant === tenant)
      .map(([name]) => JSON.parse(name) as [string, string])
      .filter(([service, environment]) => matches(services, service) && matches(environments, environment))
      .sort();
  }

  /** Reasons for which a request may be refused; any of them may be told. Without one it must be taken. */
  refusesToCreate(caller: string, input: CreateInput): Set<string> {
    const reasons = new Set<string>();
    const who = this.who(caller)!;
    const { scope, ticket, extended } = input;
    const audiences = this.audiencesOf(scope, who.tenant);
    if (audiences.length === 0) reasons.add("no_service");
    if (!who.roles.includes("engineer")) reasons.add("forbidden");
    const needsTicket = audiences.some((audience) => ruleOf(scope, audience).needsTicket);
    if (needsTicket && !/^OPS-[0-9]+$/.test(ticket ?? "")) reasons.add("ticket");
    if (extended !== undefined && !this.#isExtendable(caller, extended, scope)) reasons.add("not_extendable");
    if (this.#isOver(who, 1, 0, 0)) reasons.add("quota");
    if (
      this.#automatic(caller, scope, audiences) === "approve" &&
      this.#isOver(who, 0, 1, this.durationOf(who, input))
    )
      reasons.add("quota");
    return reasons;
  }

  durationOf(who: Who, { scope, durationS }: CreateInput): number {
    const rules = this.audiencesOf(scope, who.tenant).map((audience) => ruleOf(scope, audience));
    return Math.min(
      durationS,
      who.roles.includes("engineer") ? 1_800 : durationS,
      ...rules.map((rule) => rule.maxS),
    );
  }

  create(caller: string, input: CreateInput, id: string, grantId: string | undefined): Request {
    const who = this.who(caller)!;
    const audiences = this.audiencesOf(input.scope, who.tenant);
    const rules = audiences.map((audience) => ruleOf(input.scope, audience));
    const thresholds = new Map(
      rules.flatMap((rule) => rule.thresholds.map((each) => [JSON.stringify(each), each])),
    );
    const request: Request = {
      id,
      caller,
      who,
      scope: input.scope,
      audiences,
      thresholds: [...thresholds.values()],
      decisions: [],
      createdAt: this.now,
      timesOutAt: this.now + Math.min(...rules.map((rule) => rule.waitS)),
      durationS: this.durationOf(who, input),
      startsAt: input.startsAt,
      extended: input.extended,
      isBreakGlass: false,
      state: "pending",
      endedAt: undefined,
      grant: undefined,
    };
    this.requests.push(request);
    const verdict = this.#automatic(caller, input.scope, audiences);
    if (verdict === undefined || (verdict === "approve" && input.scope.capability === "reveal"))
      return request;
    request.decisions.push({ reviewer: "a rule", verdict, countsFor: [] });
    request.endedAt = this.now;
    request.state = verdict === "deny" ? "denied" : "approved";
    if (verdict === "approve") this.#grant(request, grantId!);
    return request;
  }

  refusesToBreakGlass(caller: string, input: CreateInput): Set<string> {
    const reasons = new Set<string>();
    const who = this.who(caller)!;
    if (this.audiencesOf(input.scope, who.tenant).length === 0) reasons.add("no_service");
    if (!who.roles.includes("engineer") || who.kind !== "person") reasons.add("forbidden");
    if (input.scope.capability !== "capture") reasons.add("break_glass_off");
    const taken = this.grants.filter(({ request }) => request.isBreakGlass && request.caller === caller);
    if (taken.some(({ review }) => review!.state !== "reviewed")) reasons.add("review_due");
    if (this.#isOver(who, 0, 1, Math.min(input.durationS, 600))) reasons.add("quota");
    return reasons;
  }

  breakGlass(caller: string, input: CreateInput, id: string, grantId: string): Request {
    const who = this.who(caller)!;
    const request: Request = {
      id,
      caller,
      who,
      scope: input.scope,
      audiences: this.audiencesOf(input.scope, who.tenant),
      thresholds: [],
      decisions: [],
      createdAt: this.now,
      timesOutAt: this.now,
      durationS: Math.min(input.durationS, 600),
      startsAt: undefined,
      extended: undefined,
      isBreakGlass: true,
      state: "approved",
      endedAt: this.now,
      grant: undefined,
    };
    this.requests.push(request);
    this.#grant(request, grantId);
    return request;
  }

  /** Whether a decision changes nothing, since it was made before. */
  hasDecided(caller: string, request: Request, verdict: Decision["verdict"]): boolean {
    return request.decisions.findLast(({ reviewer }) => reviewer === caller)?.verdict === verdict;
  }

  refusesToDecide(caller: string, request: Request, verdict: Decision["verdict"]): Set<string> {
    const reasons = new Set<string>();
    const who = this.who(caller)!;
    if (who.tenant !== request.who.tenant) return new Set(["unknown"]);
    if (!sees(who)) reasons.add("unknown");
    if (!who.roles.includes("approver") || who.kind !== "person") reasons.add("forbidden");
    if (shares(who.people, request.who.people)) reasons.add("own_request");
    if (this.hasDecided(caller, request, verdict)) return reasons;
    if (request.state !== "pending") reasons.add("state");
    if (this.hasDecided(caller, request, "deny")) reasons.add("state");
    if (countsFor(who, request.thresholds).length === 0) reasons.add("forbidden");
    if (reasons.size > 0) return reasons;
    const decisions = [
      ...request.decisions,
      { reviewer: caller, verdict, countsFor: countsFor(who, request.thresholds) },
    ];
    if (outcome(request.thresholds, decisions) !== "approved") return reasons;
    if (this.#isOver(request.who, 0, 1, request.durationS)) reasons.add("quota");
    return reasons;
  }

  decide(
    caller: string,
    request: Request,
    verdict: Decision["verdict"],
    grantId: () => string | undefined,
  ): void {
    if (this.hasDecided(caller, request, verdict)) return;
    request.decisions.push({
      reviewer: caller,
      verdict,
      countsFor: countsFor(this.who(caller)!, request.thresholds),
    });
    request.state = outcome(request.thresholds, request.decisions);
    if (request.state !== "pending") request.endedAt = this.now;
    if (request.state === "approved") this.#grant(request, grantId()!);
  }

  refusesToCancel(caller: string, request: Request): Set<string> {
    const reasons = new Set<string>();
    const who = this.who(caller)!;
    if (who.tenant !== request.who.tenant) return new Set(["unknown"]);
    if (!shares(who.people, request.who.people)) reasons.add(sees(who) ? "forbidden" : "unknown");
    if (request.state !== "pending" && request.state !== "cancelled") reasons.add("state");
    return reasons;
  }

  cancel(request: Request): void {
    if (request.state === "cancelled") return;
    request.state = "cancelled";
    request.endedAt = this.now;
  }

  refusesToRevoke(caller: string, grant: Grant): Set<string> {
    const reasons = new Set<string>();
    const who = this.who(caller)!;
    if (who.tenant !== grant.request.who.tenant) return new Set(["unknown"]);
    const owners = grant.request.audiences.map(([service]) => (service === "pay" ? "payments" : "platform"));
    const may =
      who.roles.includes("approver") ||
      shares(who.people, grant.request.who.people) ||
      shares(owners, who.teams);
    if (!may) reasons.add(sees(who) ? "forbidden" : "unknown");
    if (!isOpen(grant) && grant.state !== "revoked") reasons.add("state");
    return reasons;
  }

  revoke(grant: Grant): void {
    if (grant.state === "revoked") return;
    grant.state = "revoked";
    grant.endedAt = this.now;
  }

  refusesToReview(caller: string, grant: Grant): Set<string> {
    const reasons = new Set<string>();
    const who = this.who(caller)!;
    if (who.tenant !== grant.request.who.tenant) return new Set(["unknown"]);
    if (!sees(who)) reasons.add("unknown");
    if (!who.roles.includes("approver") || who.kind !== "person") reasons.add("forbidden");
    if (shares(who.people, grant.request.who.people)) reasons.add("own_request");
    if (grant.review === undefined) reasons.add("state");
    if (grant.review?.state === "reviewed" && grant.review.reviewer !== caller) reasons.add("state");
    return reasons;
  }

  review(caller: string, grant: Grant): void {
    grant.review!.state = "reviewed";
    grant.review!.reviewer = caller;
  }

  /** What a process says of its leases; then what it may get at most. */
  settle(grant: Grant, holder: string, used: number, returned: number): number {
    const take = (count: number) => {
      const taken = Math.min(count, grant.held.get(holder) ?? 0);
      grant.held.set(holder, (grant.held.get(holder) ?? 0) - taken);
      return taken;
    };
    grant.used += take(used);
    grant.leased -= take(returned);
    return grant.state === "active" ? grant.request.scope.tracesMax! - grant.leased : 0;
  }

  lease(grant: Grant, holder: string, count: number): void {
    grant.leased += count;
    grant.held.set(holder, (grant.held.get(holder) ?? 0) + count);
    if (grant.state !== "active" || grant.used < grant.request.scope.tracesMax!) return;
    grant.state = "exhausted";
    grant.endedAt = this.now;
  }

  #grant(request: Request, id: string): void {
    const { extended } = request;
    const asked =
      extended === undefined ? (request.startsAt ?? 0) : isOpen(extended) ? extended.expiresAt : 0;
    const notBefore = Math.max(this.now, asked);
    const grant: Grant = {
      id,
      request,
      notBefore,
      expiresAt: notBefore + request.durationS,
      state: notBefore > this.now ? "scheduled" : "active",
      endedAt: undefined,
      review: request.isBreakGlass ? { state: "due", dueAt: this.now + 3_600 } : undefined,
      leased: 0,
      used: 0,
      held: new Map(),
    };
    request.grant = grant;
    this.grants.push(grant);
  }

  #isExtendable(caller: string, grant: Grant, scope: Scope): boolean {
    return (
      grant.request.caller === caller &&
      !grant.request.isBreakGlass &&
      isOpen(grant) &&
      JSON.stringify(grant.request.scope) === JSON.stringify(scope)
    );
  }

  /** What rules decide alone: a denial for one of the services is one for all, an approval must be for each. */
  #automatic(
    caller: string,
    scope: Scope,
    audiences: readonly (readonly [string, string])[],
  ): Decision["verdict"] | undefined {
    const who = this.who(caller)!;
    if (who.kind === "machine" && audiences.some(([service]) => service === "vault")) return "deny";
    const isOnCall = caller === "dee" && this.now < START_S + ON_CALL_S;
    const isPlatforms = audiences.some(([service]) => service !== "pay");
    const isStaging = audiences.every(([, environment]) => environment === "staging");
    if (isOnCall && isPlatforms && isStaging && scope.capability !== "reveal") return "approve";
    return undefined;
  }

  #isOver(who: Who, requests: number, grants: number, seconds: number): boolean {
    const isOverFor = (quota: typeof PERSON, isTheirs: (each: Who) => boolean) => {
      const pending = this.requests.filter((each) => each.state === "pending" && isTheirs(each.who)).length;
      const theirs = this.grants.filter(({ request }) => isTheirs(request.who));
      const recent = theirs.filter(({ notBefore }) => notBefore >= this.now - DAY_S);
      const total = recent.reduce(
        (sum, { notBefore, expiresAt, endedAt }) =>
          sum + Math.max(0, Math.min(expiresAt, endedAt ?? expiresAt) - notBefore),
        0,
      );
      return (
        pending + requests > quota.pending ||
        theirs.filter(isOpen).length + grants > quota.open ||
        total + seconds > quota.daySeconds
      );
    };
    return (
      who.people.some((name) => isOverFor(PERSON, (each) => each.people.includes(name))) ||
      who.teams.some((team) => isOverFor(TEAM, (each) => each.teams.includes(team)))
    );
  }
}

/** Who may read requests and grants of the tenant at all. */
function sees({ roles }: Who): boolean {
  return roles.includes("engineer") || roles.includes("approver");
}

function shares(some: readonly string[], others: readonly string[]): boolean {
  return some.some((each) => others.includes(each));
}

interface Rule {
  readonly thresholds: readonly Threshold[];
  readonly maxS: number;
  readonly waitS: number;
  readonly needsTicket: boolean;
}

const NEEDED = (approve: number, deny = 1, isForSecurity = false): Threshold => ({
  approve,
  deny,
  isForSecurity,
});

function ruleOf({ capability }: Scope, [service, environment]: readonly [string, string]): Rule {
  if (service === "vault") return { thresholds: [NEEDED(2, 2)], maxS: 300, waitS: 600, needsTicket: false };
  if (capability === "reveal")
    return { thresholds: [NEEDED(1), NEEDED(1, 1, true)], maxS: 600, waitS: 3_600, needsTicket: false };
  if (environment === "production")
    return { thresholds: [NEEDED(2)], maxS: 1_200, waitS: 900, needsTicket: true };
  return { thresholds: [NEEDED(1)], maxS: 3_600, waitS: 3_600, needsTicket: false };
}

function countsFor({ roles }: Who, thresholds: readonly Threshold[]): number[] {
  return thresholds.flatMap(({ isForSecurity }, at) =>
    !isForSecurity || roles.includes("security") ? [at] : [],
  );
}

/** Denials beat approvals; who has denied has not approved. People count once. */
function outcome(
  thresholds: readonly Threshold[],
  decisions: readonly Decision[],
): "pending" | "approved" | "denied" {
  const people = (verdict: Decision["verdict"], at: number) =>
    new Set(
      decisions
        .filter((each) => each.verdict === verdict && each.countsFor.includes(at))
        .map(({ reviewer }) => reviewer),
    );
  const deniers = new Set(
    decisions.filter(({ verdict }) => verdict === "deny").map(({ reviewer }) => reviewer),
  );
  if (thresholds.some(({ deny }, at) => people("deny", at).size >= deny)) return "denied";
  const isApproved = thresholds.every(({ approve }, at) => {
    const approvers = [...people("approve", at)].filter((reviewer) => !deniers.has(reviewer));
    return approvers.length >= approve;
  });
  return isApproved ? "approved" : "pending";
}
