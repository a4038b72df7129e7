import { afterEach, beforeEach, expect, test } from "vitest";
import { AccessRulesSchema, compileRules } from "../../src/requests/access-rules.ts";
import { sqlite } from "../stores.ts";
import { RULES } from "./cast.ts";
import { askedFor, enrol, openStage, type Stage } from "./staged-plane.ts";

const ANA = { name: "ana" };
const CREATE = { path: "/v1/requests", body: askedFor("staging") };

let stage: Stage;
beforeEach(async () => {
  stage = await openStage(sqlite);
});
afterEach(() => stage.remove());

test("a start whose end would be no time is refused when it is asked for, not when it is approved", async () => {
  const running = await stage.open("first");
  await enrol(running, "pay", "staging");
  const body = { ...askedFor("staging"), starts_at: 0xffffffff };
  expect(await running.ask(ANA, { path: "/v1/requests", body })).toMatchObject({ status: 422 });
});

test("who has approved and then denied can say neither again", async () => {
  const running = await stage.open("first");
  await enrol(running, "vault", "staging");
  const scope = { ...askedFor("staging").scope, services: ["vault"] };
  const { id } = (await running.ask(ANA, { path: "/v1/requests", body: { ...CREATE.body, scope } })).body;
  const says = async (verb: string) =>
    await running.ask({ name: "cy" }, { path: `/v1/requests/${id}/${verb}`, body: {} });
  expect((await says("approve")).body.decisions.length).toBe(1);
  expect((await says("deny")).body).toMatchObject({ state: "pending", decisions: [{}, {}] });
  expect((await says("deny")).body.decisions.length).toBe(2);
  expect((await says("approve")).body.reason).toBe("state");
});

test("services that come under too many rules at once are refused, and can be asked for apart", async () => {
  const approvals = Array.from({ length: 18 }, (_, at) => ({
    name: `rule-${at}`,
    when: `target.service == "s${at}"`,
    thresholds: [{ approve: 1 + (at % 9), deny: 1 + Math.floor(at / 9) }],
  }));
  const running = await stage.open("first", { rules: compileRules(AccessRulesSchema.parse({ approvals })) });
  for (const at of approvals.keys()) await enrol(running, `s${at}`, "staging");
  const askFor = async (...services: string[]) => {
    const body = { ...CREATE.body, scope: { ...CREATE.body.scope, services } };
    return await running.ask(ANA, { path: "/v1/requests", body });
  };
  expect(await askFor("*")).toMatchObject({ status: 422, body: { reason: "invalid" } });
  expect((await askFor("s1", "s17")).body.thresholds.length).toBe(2);
});

test("quotas hold for each person behind a machine, and for teams together", async () => {
  const running = await stage.open("first", { rules: RULES });
  await enrol(running, "pay", "staging");
  const askAs = async (name: string, actingFor?: string) =>
    (await running.ask({ name, ...(actingFor !== undefined && { actingFor }) }, CREATE)).body
      .reason as string;
  for (let time = 0; time < 4; time++) expect(await askAs("bo")).toBe(CREATE.body.reason);
  expect(await askAs("bo")).toBe("quota");
  expect(await askAs("robot", "ana")).toBe("quota"); // it is bo's
  for (let time = 0; time < 2; time++) expect(await askAs("ana")).toBe(CREATE.body.reason);
  expect(await askAs("ana")).toBe("quota"); // of the team
  expect(await askAs("dee")).toBe(CREATE.body.reason);
});
