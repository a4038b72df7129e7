import { cpSync, renameSync, rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { reconcile } from "../../src/acts/reconcile.ts";
import { sqlite } from "../stores.ts";
import { expectAgreement } from "./agreement.ts";
import { START_S } from "./cast.ts";
import { doneEntries, entriesOf } from "./logged-state.ts";
import type { RunningPlane } from "./running-plane.ts";
import { SetClock } from "./set-clock.ts";
import { askedFor, enrol, openStage, type Stage } from "./staged-plane.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await openStage(sqlite);
});
afterEach(() => stage.remove());

const ask = async ({ ask }: RunningPlane) =>
  (await ask({ name: "ana" }, { path: "/v1/requests", body: askedFor("staging") })).body.id as string;

/** The store's file, and a copy of it. */
const file = () => stage.place.argument.slice("sqlite:".length);
const copy = () => `${file()}.copy`;

/** Runs a plane for a while, as one process would. */
async function during(action: (running: RunningPlane) => Promise<unknown>, name = "first"): Promise<void> {
  const running = await stage.open(name);
  await action(running);
  await running.close();
}

test("a store that was set back is refused at the start, where more than one act is missing", async () => {
  await during((running) => enrol(running, "pay", "staging"));
  cpSync(file(), copy());
  await during(async (running) => {
    await ask(running);
    await ask(running);
  });
  renameSync(copy(), file());
  for (let time = 0; time < 2; time++)
    await expect(stage.open("first")).rejects.toMatchObject({
      code: "STORE_UNUSABLE",
      hint: expect.stringContaining("the store was set back"),
    });
});

test("an empty store beside a log with acts is refused at the start", async () => {
  await during(async (running) => {
    await enrol(running, "pay", "staging");
    await ask(running);
  });
  rmSync(file());
  await expect(stage.open("first")).rejects.toMatchObject({ code: "STORE_UNUSABLE" });
});

test("a log that was set back is refused at the start, as is one that is gone", async () => {
  const directory = `${stage.folder}/first`;
  await during((running) => enrol(running, "pay", "staging"));
  cpSync(directory, `${directory}.copy`, { recursive: true });
  await during((running) => ask(running));
  rmSync(directory, { recursive: true });
  const refused = { code: "STORE_UNUSABLE", hint: expect.stringContaining("the log was set back") };
  await expect(stage.open("first")).rejects.toMatchObject(refused);
  rmSync(directory, { recursive: true });
  renameSync(`${directory}.copy`, directory);
  await expect(stage.open("first")).rejects.toMatchObject(refused);
});

test("a log of the same key that went another way is refused, though it is long enough", async () => {
  const directory = `${stage.folder}/first`;
  await during((running) => enrol(running, "pay", "staging"));
  cpSync(directory, `${directory}.copy`, { recursive: true });
  await during((running) => ask(running));
  rmSync(directory, { recursive: true });
  renameSync(`${directory}.copy`, directory);
  const { AuditLog, readSigner } = await import("@scrim/audit");
  const log = await AuditLog.open({
    directory,
    signer: readSigner("log", stage.keys("first").privateKey, "log.key"),
  });
  for (let time = 0; time < 5; time++) await log.append({ kind: "heartbeat", action: "beat" });
  await log.close();
  await expect(stage.open("first")).rejects.toMatchObject({
    code: "STORE_UNUSABLE",
    hint: expect.stringContaining("is another one"),
  });
});

test("a commit that is still under way when the next process starts is waited for, not taken for undone", async () => {
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
  const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
  let isHolding = false;
  const running = await stage.open("first", {
    async at(point) {
      if (!isHolding || point !== "before commit") return;
      held();
      await isReleased;
    },
  });
  await enrol(running, "pay", "staging");
  isHolding = true;
  const asking = ask(running);
  await isHeld;
  const store = await stage.place.open();
  const { log, directory } = running;
  let isOver = false;
  const reconciling = reconcile({ store, log, directory, origin: "shop.example/first" }).then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isOver).toBe(false);
  release();
  await asking;
  await reconciling;
  await expectAgreement(store, ...stage.logs());
  const { publicKey } = stage.logs()[0]!;
  const entries = (await entriesOf(directory, publicKey)).filter(({ ids }) => ids?.act !== undefined);
  expect(doneEntries(entries)).toEqual(entries); // nothing was taken back
  await store.close();
});

test("a server whose clock is behind goes by the time that another has kept", async () => {
  const [late, early] = [new SetClock(START_S), new SetClock(START_S + 3_600)];
  const behind = await stage.open("first", { clock: late });
  const ahead = await stage.open("second", { clock: early });
  await enrol(behind, "pay", "staging");
  const id = await ask(ahead);
  const { body } = await behind.ask({ name: "cy" }, { path: `/v1/requests/${id}/approve`, body: {} });
  expect(body).toMatchObject({ state: "approved", ended_at: START_S + 3_600 });
  early.pass(600);
  await ahead.plane.sweep();
  await enrol(behind, "pay", "production"); // whatever it does, it sees the time
  const bundles = await behind.ask({ name: "cy" }, { method: "GET", path: `/v1/grants/${body.grant}` });
  expect(bundles.body.state).toBe("expired");
  await expectAgreement(behind.store, ...stage.logs());
});
