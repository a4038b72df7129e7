import { afterEach, beforeEach, expect, test } from "vitest";
import { sqlite } from "../stores.ts";
import { START_S } from "./cast.ts";
import { SetClock } from "./set-clock.ts";
import { askedFor, enrol, openStage, type Stage } from "./staged-plane.ts";

const ANA = { name: "ana" };
const CREATE = { path: "/v1/requests", body: askedFor("staging") };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage(sqlite);
});
afterEach(() => stage.remove());

test("what changes nothing can be asked again with the same key, also when the clock has changed something meanwhile", async () => {
  const clock = new SetClock(START_S);
  const running = await stage.open("first", { clock });
  await enrol(running, "pay", "production");
  const make = async () =>
    (await running.ask(ANA, { path: "/v1/requests", body: askedFor("production") })).body.id as string;
  const early = await make();
  clock.pass(600);
  const late = await make();
  const approval = { path: `/v1/requests/${late}/approve`, body: {} };
  expect((await running.ask({ name: "cy" }, approval)).status).toBe(200);
  clock.pass(400); // the earlier one has timed out
  const again = { ...approval, key: "key-00001" };
  expect((await running.ask({ name: "cy" }, again)).status).toBe(200);
  expect((await running.ask({ name: "cy" }, again)).status).toBe(200);
  expect((await running.ask(ANA, { method: "GET", path: `/v1/requests/${early}` })).body.state).toBe(
    "timed_out",
  );
});

test("a key stands for one thing that is done: what denies is not taken for what has approved", async () => {
  const running = await stage.open("first");
  await enrol(running, "pay", "production");
  const { id } = (await running.ask(ANA, { path: "/v1/requests", body: askedFor("production") })).body;
  const cy = { name: "cy" };
  const key = "key-00001";
  expect((await running.ask(cy, { path: `/v1/requests/${id}/approve`, body: {}, key })).status).toBe(200);
  const denial = { path: `/v1/requests/${id}/deny`, body: {} };
  expect(await running.ask(cy, { ...denial, key })).toMatchObject({
    status: 422,
    body: { reason: "key_reused" },
  });
  expect((await running.ask(cy, denial)).body.state).toBe("denied");
});

test("a machine's key counts for whom it acts for alone", async () => {
  const running = await stage.open("first");
  await enrol(running, "pay", "staging");
  const asked = { ...CREATE, key: "key-00001" };
  const forAna = await running.ask({ name: "robot", actingFor: "ana" }, asked);
  const forDee = await running.ask({ name: "robot", actingFor: "dee" }, asked);
  expect([forAna.body.asked_by.acting_for, forDee.body.asked_by.acting_for]).toEqual(["ana", "dee"]);
});
