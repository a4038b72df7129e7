import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { KINDS_OF_STORES } from "../stores.ts";
import { AccessModel, type Decision } from "./access-model.ts";
import { expectAgreement, expectEnded } from "./agreement.ts";
import { documentsOf } from "./logged-state.ts";
import { PlaneProcess } from "./run-plane-process.ts";
import type { Answer, Asked, Caller } from "./running-plane.ts";
import { askedFor, enrol, openStage, type Stage, type StagedPlane } from "./staged-plane.ts";

/** Races of each form; `SCRIM_RACES=500` looks for longer. */
const RACES = Number(process.env.SCRIM_RACES ?? 8);

const ANA: Caller = { name: "ana" };

/** What one of those who race does with a request. */
interface Move {
  readonly caller: string;
  readonly verb: "approve" | "deny" | "cancel";
}

/** All orders in which things can be done. */
function* ordersOf<T>(all: readonly T[]): Generator<T[]> {
  if (all.length === 0) yield [];
  for (const [at, first] of all.entries()) {
    for (const rest of ordersOf(all.toSpliced(at, 1))) yield [first, ...rest];
  }
}

/** Whether the answers, and what came of it, are those of doing one after the other in this order. */
function isSerial(
  order: readonly (Move & { readonly answer: Answer })[],
  last: { state: string; decisions: Decision[] },
): boolean {
  const model = new AccessModel();
  model.services.set('["pay","production"]', { tenant: "shop", keys: new Set([0]) });
  const scope = {
    capability: "capture" as const,
    services: ["pay"],
    environments: ["production"],
    tracesMax: 5,
  };
  const request = model.create(
    "ana",
    { scope, durationS: 600, ticket: "OPS-1", startsAt: undefined, extended: undefined },
    "r",
    undefined,
  );
  for (const { caller, verb, answer } of order) {
    const reasons =
      verb === "cancel"
        ? model.refusesToCancel(caller, request)
        : model.refusesToDecide(caller, request, verb);
    if (reasons.size > 0 ? !reasons.has(answer.body.reason) : answer.status !== 200) return false;
    if (reasons.size > 0) continue;
    if (verb === "cancel") model.cancel(request);
    else model.decide(caller, request, verb, () => "g");
    if (answer.body.state !== request.state) return false;
  }
  const said = (decisions: readonly { verdict: string; reviewer: string }[]) =>
    decisions.map(({ verdict, reviewer }) => `${verdict} ${reviewer}`).join();
  return request.state === last.state && said(request.decisions) === said(last.decisions);
}

const soon = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.record({
    caller: fc.constantFrom("cy", "dee", "flo", "bo", "ana", "robot for ana"),
    verb: fc.constantFrom("approve" as const, "approve" as const, "deny" as const, "cancel" as const),
  }),
  { minLength: 2, maxLength: 5 },
);

const callerOf = (caller: string): Caller => {
  const [name, actingFor] = caller.split(" for ") as [string, string?];
  return { name, ...(actingFor !== undefined && { actingFor }) };
};

for (const kind of KINDS_OF_STORES)
  describe.skipIf(!kind.isThere)(`on ${kind.name}`, () => {
    let stage: Stage;
    beforeAll(kind.start);
    afterAll(kind.stop);
    beforeEach(async () => {
      stage = await openStage(kind);
    });
    afterEach(() => stage.remove());

    const openTwo = async (): Promise<readonly [StagedPlane, StagedPlane]> => {
      const both = [await stage.open("first"), await stage.open("second")] as const;
      for (const environment of ["staging", "production"]) await enrol(both[0], "pay", environment);
      return both;
    };

    test("those who decide on a request at once, at two servers, get what they would one after the other", async () => {
      const both = await openTwo();
      await fc.assert(
        fc.asyncProperty(moves, async (all) => {
          const { id } = (await both[0].ask(ANA, { path: "/v1/requests", body: askedFor("production") }))
            .body;
          const done = await Promise.all(
            all.map(async (move, at) => {
              await soon();
              const answer = await both[at % 2]!.ask(callerOf(move.caller), {
                path: `/v1/requests/${id}/${move.verb}`,
                body: {},
              });
              return { ...move, answer };
            }),
          );
          const last = (await both[1].ask(ANA, { method: "GET", path: `/v1/requests/${id}` })).body;
          expect(
            ordersOf(done).some((order) => isSerial(order, last)),
            "no order explains it",
          ).toBe(true);
          if (last.state === "pending")
            await both[0].ask(ANA, { path: `/v1/requests/${id}/cancel`, body: {} });
        }),
        { numRuns: RACES },
      );
      await expectAgreement(both[0].store, ...stage.logs());
      expect([...both[0].problems, ...both[1].problems]).toEqual([]);
    });

    test("a request key that is used at two servers at once is one request", async () => {
      const both = await openTwo();
      for (let race = 0; race < RACES; race++) {
        const asked = { path: "/v1/requests", body: askedFor("staging"), key: `key-of-race-${race}` };
        const all = await Promise.all([0, 1, 0, 1].map((at) => both[at]!.ask(ANA, asked)));
        expect(all.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
        expect(new Set(all.map(({ body }) => body.id)).size).toBe(1);
      }
      expect((await documentsOf(both[0].store, "request")).length).toBe(RACES);
      await expectAgreement(both[0].store, ...stage.logs());
    });

    test("processes that lease at once get no more than there is, and nothing once it is revoked", async () => {
      const both = await openTwo();
      for (let race = 0; race < RACES; race++) {
        const tracesMax = 1 + (race % 6);
        const { id } = (
          await both[0].ask(ANA, { path: "/v1/requests", body: askedFor("staging", tracesMax) })
        ).body;
        const { grant } = (
          await both[1].ask({ name: "cy" }, { path: `/v1/requests/${id}/approve`, body: {} })
        ).body;
        const of = (count: number) => ({ [grant]: count });
        const lease = async (instance: string, wanted: number, used: number, returned = 0) => {
          const body = {
            service: "pay",
            environment: "staging",
            instance,
            wanted: of(wanted),
            used: of(used),
            returned: of(returned),
          };
          const { status, body: answer } = await both[Math.random() < 0.5 ? 0 : 1].ask(
            { name: "gate" },
            { path: "/v1/grant-uses", body },
          );
          expect(status).toBe(200);
          return (answer.granted[grant] ?? 0) as number;
        };
        const instances = ["a", "b", "c", "d", "e", "f", "g", "h"];
        const granted = await Promise.all(instances.map((instance) => lease(instance, 1 + (race % 3), 0)));
        expect(granted.reduce((sum, each) => sum + each, 0)).toBe(tracesMax);
        const [, answer] = await Promise.all([
          lease("a", 0, granted[0]!),
          both[1].ask({ name: "flo" }, { path: `/v1/grants/${grant}/revoke`, body: {} }),
        ]);
        const { state } = (await both[0].ask(ANA, { method: "GET", path: `/v1/grants/${grant}` })).body;
        expect(state).toBe(answer.status === 200 ? "revoked" : "exhausted");
        const last = granted.findLastIndex((count) => count > 0);
        expect(await lease(instances[last]!, 3, 0, granted[last])).toBe(0); // though there is room again
      }
      await expectEnded(both[0].store, both[0].plane.clock.nowS());
      await expectAgreement(both[0].store, ...stage.logs());
    });

    test("three processes on one store decide, lease and revoke at once: their logs together are what the store has", async () => {
      await (
        await stage.open("first").then(async (running) => {
          await enrol(running, "pay", "staging");
          await enrol(running, "pay", "production");
          return running;
        })
      ).close();
      const names = ["first", "second", "third"];
      const all = await Promise.all(
        names.map((name) => {
          const keyFile = join(stage.folder, `${name}.keys`);
          writeFileSync(keyFile, JSON.stringify(stage.keys(name)), { mode: 0o600 });
          return PlaneProcess.start(stage.place.argument, join(stage.folder, name), keyFile);
        }),
      );
      const ask = async (caller: Caller, asked: Asked) =>
        (await all[Math.floor(Math.random() * all.length)]!.ask(caller, asked))!;
      const session = async (at: number) => {
        const environment = at % 2 === 0 ? "staging" : "production";
        const created = await ask(ANA, {
          path: "/v1/requests",
          body: askedFor(environment),
          key: `session-${at}`,
        });
        expect(created.status).toBe(201);
        const { id } = created.body;
        const decided = await Promise.all([
          ...["cy", "dee", "flo"].map((name) =>
            ask({ name }, { path: `/v1/requests/${id}/approve`, body: {} }),
          ),
          ...(at % 3 === 0 ? [ask({ name: "bo" }, { path: `/v1/requests/${id}/deny`, body: {} })] : []),
          ...(at % 5 === 0 ? [ask(ANA, { path: `/v1/requests/${id}/cancel`, body: {} })] : []),
        ]);
        for (const { status } of decided) expect([200, 409]).toContain(status);
        const { grant } = (await ask(ANA, { method: "GET", path: `/v1/requests/${id}` })).body;
        if (grant === undefined) return;
        const of = (count: number) => ({ [grant]: count });
        const uses = (instance: string, wanted: number, used: number) =>
          ask(
            { name: "gate" },
            {
              path: "/v1/grant-uses",
              body: {
                service: "pay",
                environment,
                instance,
                wanted: of(wanted),
                used: of(used),
                returned: {},
              },
            },
          );
        const leased = await Promise.all(["a", "b", "c"].map((instance) => uses(instance, 5, 0)));
        const counts = leased.map(({ body }) => body.granted[grant] as number);
        expect(counts.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(5);
        await Promise.all([
          uses("a", 0, counts[0]!),
          uses("b", 5, counts[1]!),
          ask({ name: "flo" }, { path: `/v1/grants/${grant}/revoke`, body: {} }),
        ]);
      };
      await Promise.all(Array.from({ length: Math.max(6, RACES) }, (_, at) => session(at)));
      for (const each of all) await each.close();
      const store = await stage.place.open();
      await expectEnded(store, Math.floor(Date.now() / 1_000));
      await expectAgreement(store, ...stage.logs());
      await store.close();
    });
  });
