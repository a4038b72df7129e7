import { openBundle } from "@scrim/grants";
import fc from "fast-check";
import { expect } from "vitest";
import type { Store } from "../../src/index.ts";
import type { AccessModel, CreateInput, Decision, Grant, Request, Scope } from "./access-model.ts";
import { expectEnded } from "./agreement.ts";
import { START_S } from "./cast.ts";
import { SERVICE_KEYS, SIGNING } from "./keys.ts";
import type { Answer, Asked, RunningPlane } from "./running-plane.ts";
import type { SetClock } from "./set-clock.ts";

/** What the commands run on: a control plane that can be closed and opened again, on clocks that are set. */
export interface Real {
  readonly clock: SetClock;
  running: RunningPlane;
  store: Store;
  reopen(): Promise<void>;
}

/** What the model keeps beside the model of access itself. */
export interface Expected {
  readonly access: AccessModel;
  /** Answers by caller and key: what was asked, and what is shown of it now. */
  readonly keys: Map<string, { readonly asked: string; readonly again: () => Answer; readonly at: number }>;
  /** The newest time at which something was kept. */
  keptAt: number;
}

const SERVICES = ["pay", "web", "vault"] as const;
const ENVIRONMENTS = ["production", "staging"] as const;
const CALLERS = [
  "ana",
  "bo",
  "cy",
  "dee",
  "flo",
  "op",
  "eve",
  "robot",
  "robot for ana",
  "robot for cy",
  "robot for dee",
];
const DAY_S = 86_400;

type Act = (model: Expected, real: Real) => Promise<void>;

/** One step, with a text that tells what it is when a run is shown. */
class Step implements fc.AsyncCommand<Expected, Real> {
  readonly #text: string;
  readonly #act: Act;
  readonly #needs: (model: Expected) => boolean;

  constructor(text: string, act: Act, needs: (model: Expected) => boolean = () => true) {
    this.#text = text;
    this.#act = act;
    this.#needs = needs;
  }

  check(model: Readonly<Expected>): boolean {
    return this.#needs(model);
  }

  async run(model: Expected, real: Real): Promise<void> {
    await this.#act(model, real);
    await expectSame(model, real);
  }

  toString(): string {
    return this.#text;
  }
}

/** Compares all that can be seen with what the model has. */
async function expectSame({ access }: Expected, real: Real): Promise<void> {
  const { running, store } = real;
  expect(running.plane.clock.nowS(), "the time").toBe(access.now);
  const seen = { requests: new Map<string, unknown>(), grants: new Map<string, unknown>() };
  for (const name of ["flo", "eve"]) {
    for (const kind of ["requests", "grants"] as const) {
      const { status, body } = await running.ask({ name }, { method: "GET", path: `/v1/${kind}?limit=200` });
      expect(status).toBe(200);
      for (const each of body[kind])
        seen[kind].set(each.id, kind === "requests" ? requestSeen(each) : grantSeen(each));
    }
  }
  expect(seen.requests).toEqual(
    new Map(access.requests.map((request) => [request.id, requestExpected(request)])),
  );
  expect(seen.grants).toEqual(new Map(access.grants.map((grant) => [grant.id, grantExpected(grant)])));
  expect(running.problems).toEqual([]);
  await expectEnded(store, access.now);
}

function requestSeen({
  state,
  tenant,
  asked_by,
  audiences,
  duration_s,
  thresholds,
  decisions,
  ...rest
  // biome-ignore lint/suspicious/noExplicitAny: what routes answer
}: any) {
  return {
    state,
    tenant,
    people: [...asked_by.people].sort(),
    audiences: audiences
      .map((each: { service: string; environment: string }) => `${each.service} ${each.environment}`)
      .sort(),
    duration_s,
    thresholds: thresholds
      .map(
        ({ approve, deny, filter }: { approve: number; deny: number; filter?: string }) =>
          `${approve} ${deny} ${filter !== undefined}`,
      )
      .sort(),
    decisions: decisions.map(
      ({ verdict, reviewer }: Decision) => `${verdict} ${reviewer.replace(/^rule:.*/, "a rule")}`,
    ),
    break_glass: rest.break_glass,
    created_at: rest.created_at,
    times_out_at: rest.times_out_at,
    ended_at: rest.ended_at,
    grant: rest.grant,
  };
}

function requestExpected(request: Request) {
  return {
    state: request.state,
    tenant: request.who.tenant,
    people: [...request.who.people].sort(),
    audiences: request.audiences.map((each) => each.join(" ")).sort(),
    duration_s: request.durationS,
    thresholds: request.thresholds
      .map(({ approve, deny, isForSecurity }) => `${approve} ${deny} ${isForSecurity}`)
      .sort(),
    decisions: request.decisions.map(({ verdict, reviewer }) => `${verdict} ${reviewer}`),
    break_glass: request.isBreakGlass,
    created_at: request.createdAt,
    times_out_at: request.timesOutAt,
    ended_at: request.endedAt,
    grant: request.grant?.id,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what routes answer
function grantSeen({ state, request, not_before, expires_at, ended_at, review, traces }: any) {
  return {
    state,
    request,
    not_before,
    expires_at,
    ended_at,
    review: review?.state,
    leased: traces?.leased ?? 0,
    used: traces?.used ?? 0,
  };
}

function grantExpected(grant: Grant) {
  return {
    state: grant.state,
    request: grant.request.id,
    not_before: grant.notBefore,
    expires_at: grant.expiresAt,
    ended_at: grant.endedAt,
    review: grant.review?.state,
    leased: grant.leased,
    used: grant.used,
  };
}

/** Asks, and checks that the answer is what the model says: one of the refusals, or that it was done. */
async function asks(
  model: Expected,
  { running }: Real,
  caller: string,
  asked: Asked,
  expected: {
    readonly reasons: ReadonlySet<string>;
    readonly isNews: boolean;
    readonly done: (body: never) => () => Answer;
  },
): Promise<void> {
  const [name, actingFor] = caller.split(" for ") as [string, string?];
  const who = { name, ...(actingFor !== undefined && { actingFor }) };
  const key = asked.key === undefined ? undefined : `${caller} ${asked.key}`;
  const text = JSON.stringify([asked.method, asked.path, asked.body]);
  // So that nothing but this itself is done, and only what is done is known by its key.
  if (key !== undefined) await running.plane.sweep();
  const before = key === undefined ? undefined : model.keys.get(key);
  const answer = await running.ask(who, asked);
  if (before !== undefined && before.asked !== text)
    return expect(answer).toMatchObject({ status: 422, body: { reason: "key_reused" } });
  if (before !== undefined) {
    const { status, body } = before.again();
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject(body);
    return;
  }
  const { reasons, isNews, done } = expected;
  if (reasons.size > 0) {
    expect([...reasons]).toContain(answer.status < 300 ? "done" : answer.body.reason);
    return;
  }
  expect(answer.status, `refused: ${answer.body.reason}`).toBeLessThan(300);
  const again = done(answer.body as never);
  if (isNews) model.keptAt = model.access.now;
  if (isNews && key !== undefined) model.keys.set(key, { asked: text, again, at: model.access.now });
}

function bodyOf(scope: Scope): object {
  const { capability, services, environments, tracesMax } = scope;
  const where = { capability, services, environments };
  if (capability === "capture")
    return { ...where, selector: { where: 'http.route == "/pay"' }, traces_max: tracesMax };
  if (capability === "probe") return { ...where, locations: ["src/pay.ts:17"], hits_max: 10 };
  return {
    ...where,
    classes: ["email"],
    sealed_from: START_S,
    sealed_until: START_S + 3_600,
    values_max: 10,
  };
}

const scopes: fc.Arbitrary<Scope> = fc
  .record({
    capability: fc.constantFrom("capture" as const, "capture" as const, "reveal" as const, "probe" as const),
    services: fc.oneof(
      { weight: 3, arbitrary: fc.constant(["pay"]) },
      fc.constant(["*"]),
      fc.subarray([...SERVICES], { minLength: 1 }),
    ),
    environments: fc.constantFrom(["staging"], ["staging"], ["production"], ["*"]),
    tracesMax: fc.constantFrom(1, 3, 20),
  })
  .map(({ tracesMax, ...scope }) => (scope.capability === "capture" ? { ...scope, tracesMax } : scope));

const callers = fc.constantFrom(...CALLERS);
const askers = fc.constantFrom(
  "ana",
  "ana",
  "bo",
  "dee",
  "dee",
  "robot",
  "robot for ana",
  "robot for dee",
  "eve",
  "cy",
);
const deciders = fc.constantFrom("bo", "cy", "cy", "dee", "flo", "flo", "ana", "eve", "op", "robot for cy");
const keys = fc.option(fc.constantFrom("key-00001", "key-00002"), { nil: undefined, freq: 3 });
/** Most of the time the newest. */
const latest = fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat({ max: 6 }));

const byAge = <T>(all: readonly T[], age: number): T => all[all.length - 1 - (age % all.length)]!;
const withKey = (key: string | undefined) => (key === undefined ? {} : { key });

const creates = fc
  .record({
    caller: askers,
    scope: scopes,
    durationS: fc.constantFrom(60, 600, 1_500, 7_200),
    ticket: fc.constantFrom("OPS-1", "OPS-1", "nothing", undefined),
    startsIn: fc.option(fc.integer({ min: -600, max: 1_800 }), { nil: undefined, freq: 4 }),
    key: keys,
  })
  .map(({ caller, scope, durationS, ticket, startsIn, key }) => {
    return new Step(
      `${caller} asks ${JSON.stringify({ scope, durationS, ticket, startsIn, key })}`,
      async (model, real) => {
        const startsAt = startsIn === undefined ? undefined : model.access.now + startsIn;
        await create(model, real, caller, { scope, durationS, ticket, startsAt, extended: undefined }, key);
      },
    );
  });

const extensions = fc
  .record({ caller: fc.option(askers, { nil: undefined, freq: 5 }), age: latest, key: keys })
  .map(
    ({ caller, age, key }) =>
      new Step(
        `${caller ?? "the holder"} asks to prolong grant -${age} ${key ?? ""}`,
        async (model, real) => {
          const extended = byAge(model.access.grants, age);
          const { scope, caller: holder } = extended.request;
          const input = { scope, durationS: 600, ticket: "OPS-2", startsAt: undefined, extended };
          await create(model, real, caller ?? holder, input, key);
        },
        ({ access }) => access.grants.length > 0,
      ),
  );

async function create(
  model: Expected,
  real: Real,
  caller: string,
  input: CreateInput,
  key: string | undefined,
): Promise<void> {
  const { access } = model;
  const { scope, durationS, ticket, startsAt, extended } = input;
  const body = {
    scope: bodyOf(scope),
    reason: "refunds fail",
    duration_s: durationS,
    ...(ticket !== undefined && { ticket }),
    ...(startsAt !== undefined && { starts_at: startsAt }),
    ...(extended !== undefined && { extends: extended.id }),
  };
  await asks(
    model,
    real,
    caller,
    { path: "/v1/requests", body, ...withKey(key) },
    {
      reasons: access.refusesToCreate(caller, input),
      isNews: true,
      done: ({ id, grant }: { id: string; grant?: string }) => {
        const request = access.create(caller, input, id, grant);
        return () => ({ status: 201, body: { id, state: request.state } });
      },
    },
  );
}

const breakGlasses = fc
  .record({ caller: fc.constantFrom("ana", "bo", "dee", "robot for ana", "cy"), scope: scopes, key: keys })
  .map(
    ({ caller, scope, key }) =>
      new Step(`${caller} breaks the glass ${JSON.stringify({ scope, key })}`, async (model, real) => {
        const { access } = model;
        const input = { scope, durationS: 900, ticket: undefined, startsAt: undefined, extended: undefined };
        const body = { scope: bodyOf(scope), reason: "all is down" };
        await asks(
          model,
          real,
          caller,
          { path: "/v1/break-glass", body, ...withKey(key) },
          {
            reasons: access.refusesToBreakGlass(caller, input),
            isNews: true,
            done: ({ id, grant }: { id: string; grant: string }) => {
              const request = access.breakGlass(caller, input, id, grant);
              return () => ({ status: 201, body: { id, state: request.state } });
            },
          },
        );
      }),
  );

const decisions = fc
  .record({
    age: latest,
    said: fc.array(
      fc.record({
        caller: deciders,
        verdict: fc.constantFrom("approve" as const, "approve" as const, "deny" as const),
        key: keys,
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(
    ({ age, said }) =>
      new Step(
        `to request -${age} say ${said.map(({ caller, verdict, key = "" }) => `${caller}: ${verdict} ${key}`).join(", ")}`,
        async (model, real) => {
          const request = byAge(model.access.requests, age);
          for (const { caller, verdict, key } of said)
            await decide(model, real, request, caller, verdict, key);
        },
        ({ access }) => access.requests.length > 0,
      ),
  );

async function decide(
  model: Expected,
  real: Real,
  request: Request,
  caller: string,
  verdict: Decision["verdict"],
  key: string | undefined,
): Promise<void> {
  const { access } = model;
  const asked = { path: `/v1/requests/${request.id}/${verdict}`, body: {}, ...withKey(key) };
  await asks(model, real, caller, asked, {
    reasons: access.refusesToDecide(caller, request, verdict),
    isNews: !access.hasDecided(caller, request, verdict),
    done: ({ grant }: { grant?: string }) => {
      access.decide(caller, request, verdict, () => grant);
      return () => ({ status: 200, body: { id: request.id, state: request.state } });
    },
  });
}

const cancellations = fc.record({ caller: callers, age: latest, key: keys }).map(
  ({ caller, age, key }) =>
    new Step(
      `${caller} cancels request -${age} ${key ?? ""}`,
      async (model, real) => {
        const { access } = model;
        const request = byAge(access.requests, age);
        await asks(
          model,
          real,
          caller,
          { path: `/v1/requests/${request.id}/cancel`, body: {}, ...withKey(key) },
          {
            reasons: access.refusesToCancel(caller, request),
            isNews: request.state === "pending",
            done: () => {
              access.cancel(request);
              return () => ({ status: 200, body: { id: request.id, state: request.state } });
            },
          },
        );
      },
      ({ access }) => access.requests.length > 0,
    ),
);

const endings = fc
  .record({ caller: callers, age: latest, verb: fc.constantFrom("revoke", "review"), key: keys })
  .map(
    ({ caller, age, verb, key }) =>
      new Step(
        `${caller} to ${verb} grant -${age} ${key ?? ""}`,
        async (model, real) => {
          const { access } = model;
          const grant = byAge(access.grants, age);
          const isRevocation = verb === "revoke";
          await asks(
            model,
            real,
            caller,
            { path: `/v1/grants/${grant.id}/${verb}`, body: {}, ...withKey(key) },
            {
              reasons: isRevocation
                ? access.refusesToRevoke(caller, grant)
                : access.refusesToReview(caller, grant),
              isNews: isRevocation ? grant.state !== "revoked" : grant.review?.state !== "reviewed",
              done: () => {
                if (isRevocation) access.revoke(grant);
                else access.review(caller, grant);
                return () => ({ status: 200, body: { id: grant.id, state: grant.state } });
              },
            },
          );
        },
        ({ access }) => access.grants.length > 0,
      ),
  );

const places = fc.record({
  service: fc.constantFrom(...SERVICES),
  environment: fc.constantFrom(...ENVIRONMENTS),
});

const enrolments = fc
  .record({
    caller: fc.oneof({ weight: 4, arbitrary: fc.constant("op") }, fc.constantFrom("eve", "ana")),
    place: places,
    which: fc.constantFrom(0 as const, 1 as const),
    key: keys,
  })
  .map(
    ({ caller, place, which, key }) =>
      new Step(`${caller} enrols ${JSON.stringify({ place, which, key })}`, async (model, real) => {
        const { access } = model;
        const { tenant, roles } = access.who(caller)!;
        const name = JSON.stringify([place.service, place.environment]);
        const before = access.services.get(name);
        const isForbidden = !roles.includes("operator") || (before !== undefined && before.tenant !== tenant);
        const body = { ...place, public_key: SERVICE_KEYS[which].text };
        await asks(
          model,
          real,
          caller,
          { path: "/v1/services", body, ...withKey(key) },
          {
            reasons: new Set(isForbidden ? ["forbidden"] : []),
            isNews: before?.keys.has(which) !== true,
            done: () => {
              access.services.set(name, { tenant, keys: new Set([...(before?.keys ?? []), which]) });
              return () => {
                const now = access.services.get(name);
                return now === undefined ? { status: 404, body: {} } : { status: 201, body: place };
              };
            },
          },
        );
      }),
  );

const removals = fc
  .record({
    caller: fc.oneof({ weight: 4, arbitrary: fc.constant("op") }, fc.constantFrom("eve", "ana")),
    place: places,
    which: fc.option(fc.constantFrom(0 as const, 1 as const), { nil: undefined }),
    key: keys,
  })
  .map(
    ({ caller, place, which, key }) =>
      new Step(`${caller} removes ${JSON.stringify({ place, which, key })}`, async (model, real) => {
        const { access } = model;
        const { tenant, roles } = access.who(caller)!;
        const name = JSON.stringify([place.service, place.environment]);
        const before = access.services.get(name);
        const reasons = new Set<string>();
        if (!roles.includes("operator")) reasons.add("forbidden");
        if (before?.tenant !== tenant || (which !== undefined && !before.keys.has(which)))
          reasons.add("unknown");
        const query = which === undefined ? "" : `?key=${SERVICE_KEYS[which].known.id}`;
        const path = `/v1/services/${place.service}/${place.environment}${query}`;
        await asks(
          model,
          real,
          caller,
          { method: "DELETE", path, ...withKey(key) },
          {
            reasons,
            isNews: true,
            done: () => {
              const left = new Set([...before!.keys].filter((each) => which !== undefined && each !== which));
              if (left.size === 0) access.services.delete(name);
              else access.services.set(name, { tenant, keys: left });
              return () => ({ status: 200, body: {} });
            },
          },
        );
      }),
  );

const counts = fc.nat({ max: 6 });

interface Use {
  readonly instance: string;
  readonly wanted: number;
  readonly used: number;
  readonly returned: number;
}

const leases = fc
  .record({
    age: latest,
    place: fc.option(places, { nil: undefined, freq: 6 }),
    uses: fc.array(
      fc.record({ instance: fc.constantFrom("a", "b"), wanted: counts, used: counts, returned: counts }),
      { minLength: 1, maxLength: 6 },
    ),
  })
  .map(
    ({ age, place, uses }) =>
      new Step(
        `processes lease ${JSON.stringify({ age, place, uses })}`,
        async (model, real) => {
          const { grants } = model.access;
          const active = grants.filter(
            ({ state, request }) => state === "active" && request.scope.tracesMax !== undefined,
          );
          const grant = byAge(active.length > 0 ? active : grants, age);
          const [service, environment] =
            place === undefined ? grant.request.audiences[0]! : [place.service, place.environment];
          for (const use of uses) await lease(model, real, grant, service, environment, use);
        },
        ({ access }) => access.grants.length > 0,
      ),
  );

async function lease(
  model: Expected,
  { running }: Real,
  grant: Grant,
  service: string,
  environment: string,
  { instance, wanted, used, returned }: Use,
): Promise<void> {
  const { access } = model;
  const of = (count: number) => ({ [grant.id]: count });
  const counted = { wanted: of(wanted), used: of(used), returned: of(returned) };
  const body = { service, environment, instance, ...counted };
  const answer = await running.ask({ name: "gate" }, { path: "/v1/grant-uses", body });
  const isEnrolled = access.services.has(JSON.stringify([service, environment]));
  if (!isEnrolled) return expect(answer.body.reason).toBe("unknown_service");
  expect(answer.status).toBe(200);
  const { scope, audiences, who } = grant.request;
  const isFor =
    who.tenant === "shop" && audiences.some((each) => each[0] === service && each[1] === environment);
  if (!isFor || scope.tracesMax === undefined) return expect(answer.body).toEqual({ granted: {} });
  const holder = `${service} ${environment} ${instance}`;
  const wasUsed = grant.used;
  const left = access.settle(grant, holder, used, returned);
  const isOpen = grant.state === "active" || grant.state === "scheduled";
  expect(Object.keys(answer.body.granted)).toEqual(isOpen ? [grant.id] : []);
  const granted = answer.body.granted[grant.id] ?? 0;
  expect(granted).toBeLessThanOrEqual(Math.min(wanted, left));
  if (left > 0 && wanted > 0) expect(granted).toBeGreaterThan(0);
  access.lease(grant, holder, granted);
  if (grant.used > wasUsed) model.keptAt = access.now;
}

/** What is in bundles is what is in force. */
const bundles = places.map(
  (place) =>
    new Step(`the bundle of ${place.service} in ${place.environment}`, async ({ access }, { running }) => {
      const path = `/v1/bundles/${place.service}/${place.environment}`;
      const { status, body } = await running.ask({ name: "gate" }, { method: "GET", path });
      const service = access.services.get(JSON.stringify([place.service, place.environment]));
      if (service?.tenant !== "shop") return expect(status).toBe(404);
      const own = [...service.keys].map((which) => SERVICE_KEYS[which as 0 | 1].own);
      const bundle = openBundle(body as Buffer, { audience: place, trusted: [SIGNING.known], own });
      const open = access.grants.filter(
        ({ state, request: { who, scope, audiences } }) =>
          (state === "active" || state === "scheduled") &&
          who.tenant === "shop" &&
          scope.capability === "capture" &&
          audiences.some((each) => each[0] === place.service && each[1] === place.environment),
      );
      const listed = (grants: readonly (readonly [string, number, number])[]) =>
        grants.map((each) => each.join(" ")).sort();
      expect(
        listed(bundle.grants.map(({ grant }) => [grant.id, grant.not_before, grant.expires_at])),
      ).toEqual(listed(open.map(({ id, notBefore, expiresAt }) => [id, notBefore, expiresAt])));
    }),
);

/** Time goes by, or somebody sets the clock. It never runs back, and never slower than it should. */
const clocks = fc
  .record({
    passed: fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 900 }) }, fc.constant(25 * 3_600)),
    turned: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: -7_200, max: 3_600 })),
  })
  .map(
    ({ passed, turned }) =>
      new Step(`${passed} s go by, the clock is turned by ${turned} s`, async (model, { clock, running }) => {
        const { access } = model;
        clock.turn(turned);
        clock.pass(passed);
        access.at(Math.max(access.now + passed, clock.wallS));
        if (passed < DAY_S) return;
        await sweepAll(model, running);
      }),
  );

const sweeps = fc.constant(new Step("what is due is done", (model, { running }) => sweepAll(model, running)));

async function sweepAll(model: Expected, { plane }: RunningPlane): Promise<void> {
  for (let time = 0; time < 3; time++) await plane.sweep();
  for (const [key, { at }] of model.keys) if (at + DAY_S <= model.access.now) model.keys.delete(key);
  for (const grant of model.access.grants) {
    if (grant.expiresAt + DAY_S > model.access.now) continue;
    grant.leased = 0;
    grant.used = 0;
    grant.held.clear();
  }
}

const restarts = fc.constant(
  new Step("it is closed and opened again", async (model, real) => {
    await sweepAll(model, real.running);
    await real.reopen();
    const now = real.running.plane.clock.nowS();
    expect(now).toBeGreaterThanOrEqual(Math.max(model.keptAt, real.clock.wallS));
    expect(now).toBeLessThanOrEqual(model.access.now);
    model.access.now = now;
  }),
);

export const steps = fc.commands(
  [
    creates,
    creates,
    creates,
    extensions,
    breakGlasses,
    decisions,
    decisions,
    decisions,
    decisions,
    cancellations,
    endings,
    enrolments,
    removals,
    leases,
    leases,
    bundles,
    clocks,
    sweeps,
    restarts,
  ],
  { size: "+1" },
);
