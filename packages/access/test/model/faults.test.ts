import { OperatingError } from "@scrim/errors";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sqlite } from "../stores.ts";
import { expectAgreement } from "./agreement.ts";
import { START_S } from "./cast.ts";
import { documentsOf, entriesOf } from "./logged-state.ts";
import { SetClock } from "./set-clock.ts";
import { askedFor, enrol, openStage, type Stage } from "./staged-plane.ts";

const ANA = { name: "ana" };
const CREATE = { path: "/v1/requests", body: askedFor("staging") };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage(sqlite);
});
afterEach(() => stage.remove());

/** All that is kept of requests and grants. */
const kept = async (store: Parameters<typeof documentsOf>[0]) => ({
  requests: await documentsOf(store, "request"),
  grants: await documentsOf(store, "grant"),
});

test("what an act says in the log is on the disk before the act is kept", async () => {
  let looked = 0;
  const seen: (string | undefined)[] = [];
  const running = await stage.open("first", {
    async at(point) {
      if (point !== "before commit") return;
      looked++;
      seen.push((await entriesOf(stage.logs()[0]!.directory, stage.logs()[0]!.publicKey)).at(-1)?.ids?.act);
    },
  });
  await enrol(running, "pay", "staging");
  const { body } = await running.ask(ANA, CREATE);
  await running.ask({ name: "cy" }, { path: `/v1/requests/${body.id}/approve`, body: {} });
  expect(looked).toBe(3);
  const acts = await documentsOf(running.store, "act");
  expect(new Set(seen)).toEqual(new Set(acts.map(({ id, logged_as = id }) => logged_as)));
});

describe("where the log's disk fails", () => {
  const codes = ["ENOSPC", "EROFS"] as const;
  test.each(codes)("(%s), nothing happens for as long, and all goes on when it is back", async (code) => {
    let isFailing = false;
    const running = await stage.open("first", {
      at(point) {
        if (isFailing && point.startsWith("before log")) throw Object.assign(new Error("planted"), { code });
      },
    });
    await enrol(running, "pay", "staging");
    const { body: request } = await running.ask(ANA, CREATE);
    isFailing = true;
    const before = await kept(running.store);
    for (const asked of [
      { ...CREATE, key: "key-00001" },
      { path: `/v1/requests/${request.id}/cancel`, body: {}, key: "key-00002" },
    ])
      expect(await running.ask(ANA, asked)).toMatchObject({ status: 503, body: { reason: "unavailable" } });
    const approval = { path: `/v1/requests/${request.id}/approve`, body: {}, key: "key-00003" };
    expect(await running.ask({ name: "cy" }, approval)).toMatchObject({ status: 503 });
    expect(await kept(running.store)).toEqual(before);
    expect((await running.ask(ANA, { method: "GET", path: `/v1/requests/${request.id}` })).status).toBe(200);
    isFailing = false;
    expect(await running.ask({ name: "cy" }, approval)).toMatchObject({
      status: 200,
      body: { state: "approved" },
    });
    expect((await running.ask(ANA, { ...CREATE, key: "key-00001" })).status).toBe(201);
    await expectAgreement(running.store, ...stage.logs());
  });

  test("at any one of its writes, the act is whole or undone, and the same key does it once", async () => {
    let left = Number.POSITIVE_INFINITY;
    const running = await stage.open("first", {
      at(point) {
        if (!/^(?:before|behind) log/.test(point) || --left !== 0) return;
        throw Object.assign(new Error("planted"), { code: "EIO" });
      },
    });
    await enrol(running, "pay", "staging");
    let failed = 0;
    for (let point = 1; point <= 24; point++) {
      left = point;
      const asked = { ...CREATE, key: `key-of-point-${point}` };
      const first = await running.ask(ANA, asked);
      left = Number.POSITIVE_INFINITY;
      if (first.status !== 201) failed++;
      const again = await running.ask(ANA, asked);
      expect(again.status).toBe(201);
      expect((await running.ask(ANA, asked)).body.id).toBe(again.body.id);
      expect((await documentsOf(running.store, "request")).length).toBe(point);
      await expectAgreement(running.store, ...stage.logs());
    }
    expect(failed).toBeGreaterThan(8);
  });
});

test("where the commit fails behind the log, the log says that the act was undone, and the same key does it anew", async () => {
  let isFailing = false;
  const running = await stage.open("first", {
    at(point) {
      if (isFailing && point === "before commit") throw new OperatingError("STORE_UNUSABLE", "planted");
    },
  });
  await enrol(running, "pay", "staging");
  for (let time = 0; time < 3; time++) {
    isFailing = true;
    expect((await running.ask(ANA, { ...CREATE, key: "key-00001" })).status).toBe(503);
  }
  isFailing = false;
  expect((await running.ask(ANA, { ...CREATE, key: "key-00001" })).status).toBe(201);
  expect((await documentsOf(running.store, "request")).length).toBe(1);
  await expectAgreement(running.store, ...stage.logs());
});

test("where nobody can tell whether it was kept and it was, the same key finds it, and the log doesn't say otherwise", async () => {
  let isFailing = false;
  const running = await stage.open("first", {
    at(point) {
      if (!isFailing || point !== "behind commit") return;
      isFailing = false;
      throw new OperatingError("STORE_UNUSABLE", "planted");
    },
  });
  await enrol(running, "pay", "staging");
  isFailing = true;
  expect((await running.ask(ANA, { ...CREATE, key: "key-00001" })).status).toBe(503);
  expect((await running.ask(ANA, { ...CREATE, key: "key-00001" })).status).toBe(201);
  expect((await documentsOf(running.store, "request")).length).toBe(1);
  await expectAgreement(running.store, ...stage.logs());
});

test("a key that is used again a day later is another act, also for the log, where the store fails", async () => {
  let isFailing = false;
  const clock = new SetClock(START_S);
  const running = await stage.open("first", {
    clock,
    at(point) {
      if (isFailing && point === "before commit") throw new OperatingError("STORE_UNUSABLE", "planted");
    },
  });
  await enrol(running, "pay", "staging");
  const body = { ...CREATE.body, starts_at: START_S + 1_000_000 };
  const daily = { path: "/v1/requests", body, key: "key-00001" };
  const { id } = (await running.ask(ANA, daily)).body;
  await running.ask(ANA, { path: `/v1/requests/${id}/cancel`, body: {}, key: "key-00002" });
  const reply = { path: `/v1/requests/${id}/cancel`, body: {}, key: "key-00003" };
  clock.pass(25 * 3_600);
  await running.plane.sweep();
  isFailing = true;
  expect((await running.ask(ANA, { ...daily, key: "key-00002" })).status).toBe(503);
  isFailing = false;
  expect((await running.ask(ANA, reply)).status).toBe(200);
  await enrol(running, "web", "staging");
  await expectAgreement(running.store, ...stage.logs());
});

test("what is due all at once is done in parts, each once", async () => {
  const clock = new SetClock(START_S);
  const running = await stage.open("first", { clock });
  await enrol(running, "pay", "staging");
  for (let time = 0; time < 7; time++)
    await Promise.all(Array.from({ length: 32 }, () => running.ask(ANA, CREATE)));
  clock.pass(3_600);
  const { id } = (await running.ask(ANA, CREATE)).body; // does the first part
  const states = async () =>
    (await documentsOf(running.store, "request")).filter(({ state }) => state === "timed_out");
  expect((await states()).length).toBe(200);
  const shown = (await running.ask(ANA, { method: "GET", path: "/v1/requests?limit=200" })).body.requests;
  expect(new Set(shown.map(({ state }: { state: string }) => state))).toEqual(new Set(["timed_out"]));
  await expect
    .poll(async () => {
      await running.plane.sweep(); // one that goes on already does the first of the rest
      return (await states()).length;
    })
    .toBe(224);
  expect((await running.ask(ANA, { path: `/v1/requests/${id}/cancel`, body: {} })).status).toBe(200);
  await expectAgreement(running.store, ...stage.logs());
});

test("of acts that come at once none is refused for the other's sake", async () => {
  const running = await stage.open("first");
  await enrol(running, "pay", "staging");
  const all = await Promise.all(Array.from({ length: 40 }, () => running.ask(ANA, CREATE)));
  expect(all.filter(({ status }) => status !== 201)).toEqual([]);
  expect(running.problems).toEqual([]);
  await expectAgreement(running.store, ...stage.logs());
});
