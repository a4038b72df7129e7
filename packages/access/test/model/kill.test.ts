import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@scrim/grants";
import { expect, test } from "vitest";
import type { Documents } from "../../src/index.ts";
import { sqlite } from "../stores.ts";
import { expectAgreement } from "./agreement.ts";
import { RULES_WITHOUT_QUOTAS } from "./cast.ts";
import { LOG_KEYS, SERVICE_KEYS } from "./keys.ts";
import { documentsOf } from "./logged-state.ts";
import { PlaneProcess } from "./run-plane-process.ts";
import { type Answer, type Asked, openPlane } from "./running-plane.ts";

/** Kills in all; `SCRIM_KILLS=1000` goes through all points several times. */
const KILLS = Number(process.env.SCRIM_KILLS ?? 6);
/** Points at which something is written, from the start of the process on; it is killed at one of them. */
const POINTS = 160;
/** From one to the next, so that few kills are spread over all: it shares no factor with their number. */
const STRIDE = 37;

const SCOPE = { capability: "capture", selector: { where: 'http.route == "/pay"' }, traces_max: 5 };
const STAGING = { ...SCOPE, services: ["pay"], environments: ["staging"] };

/** What was answered with success, and so must be there from then on. */
interface Acknowledged {
  readonly requests: Map<string, { state: string; decisions: number }>;
  readonly grants: Map<string, { isRevoked: boolean; isReviewed: boolean }>;
  readonly leases: Map<string, { granted: number; used: number }>;
}

/** Asks for access, decides and ends it, until the process is gone. Notes what was answered. */
async function act(running: PlaneProcess, noted: Acknowledged): Promise<void> {
  const ask = async (name: string, path: string, body: object): Promise<Answer["body"] | undefined> => {
    const asked: Asked = { path, body };
    const answer = await running.ask({ name }, asked);
    if (answer === undefined) return undefined;
    expect(answer.status, `${path}: ${answer.body.reason}`).toBeLessThan(300);
    return answer.body;
  };
  const session = async () => {
    const created = await ask("ana", "/v1/requests", {
      scope: STAGING,
      reason: "refunds fail",
      duration_s: 600,
    });
    if (created === undefined) return;
    noted.requests.set(created.id, { state: "pending", decisions: 0 });
    const approved = await ask("cy", `/v1/requests/${created.id}/approve`, { comment: "go on" });
    if (approved === undefined) return;
    noted.requests.set(created.id, { state: "approved", decisions: 1 });
    const grant = approved.grant as string;
    noted.grants.set(grant, { isRevoked: false, isReviewed: false });
    const of = (count: number) => ({ [grant]: count });
    const lease = {
      service: "pay",
      environment: "staging",
      instance: "a",
      wanted: of(1),
      used: {},
      returned: {},
    };
    const leased = await ask("gate", "/v1/grant-uses", lease);
    if (leased === undefined) return;
    noted.leases.set(grant, { granted: leased.granted[grant], used: 0 });
    if ((await ask("gate", "/v1/grant-uses", { ...lease, wanted: {}, used: of(1) })) === undefined) return;
    noted.leases.set(grant, { granted: leased.granted[grant], used: 1 });
    if ((await ask("flo", `/v1/grants/${grant}/revoke`, {})) === undefined) return;
    noted.grants.set(grant, { isRevoked: true, isReviewed: false });
  };
  const refusal = async () => {
    const created = await ask("bo", "/v1/requests", {
      scope: STAGING,
      reason: "the queue grows",
      duration_s: 600,
    });
    if (created === undefined) return;
    noted.requests.set(created.id, { state: "pending", decisions: 0 });
    const denied = await ask("dee", `/v1/requests/${created.id}/deny`, {});
    if (denied !== undefined) noted.requests.set(created.id, { state: "denied", decisions: 1 });
  };
  const emergency = async () => {
    const taken = await ask("dee", "/v1/break-glass", { scope: STAGING, reason: "all is down" });
    if (taken === undefined) return;
    noted.requests.set(taken.id, { state: "approved", decisions: 0 });
    noted.grants.set(taken.grant, { isRevoked: false, isReviewed: false });
    const reviewed = await ask("bo", `/v1/grants/${taken.grant}/review`, { comment: "it was needed" });
    if (reviewed !== undefined) noted.grants.set(taken.grant, { isRevoked: false, isReviewed: true });
  };
  while (!running.hasEnded) await Promise.all([session(), refusal()]).then(emergency);
}

function expectKept(
  noted: Acknowledged,
  kept: { [K in "request" | "grant" | "account"]: readonly Documents[K][] },
): void {
  const byId = <T extends { readonly id: string }>(all: readonly T[]) =>
    new Map(all.map((each) => [each.id, each]));
  const [requests, grants, accounts] = [byId(kept.request), byId(kept.grant), byId(kept.account)];
  for (const [id, { state, decisions }] of noted.requests) {
    const request = requests.get(id)!;
    if (state === "pending") expect(["pending", "approved", "denied"]).toContain(request.state);
    else expect(request.state).toBe(state);
    expect(request.decisions.length).toBeGreaterThanOrEqual(decisions);
  }
  for (const [id, { isRevoked, isReviewed }] of noted.grants) {
    const grant = grants.get(id)!;
    expect(grant.state === "active" || grant.state === "revoked").toBe(true);
    if (isRevoked) expect(grant.state).toBe("revoked");
    if (isReviewed) expect(grant.review?.state).toBe("reviewed");
  }
  for (const [id, { granted, used }] of noted.leases) {
    expect(accounts.get(id)).toMatchObject({ leased: granted });
    expect(accounts.get(id)!.used).toBeGreaterThanOrEqual(used);
  }
}

test(`a control plane on SQLite is killed ${KILLS} times, at points at which it writes: what was answered is there, and the log agrees`, async () => {
  const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "scrim-killed-"));
  const [directory, keyFile] = [join(folder, "log"), join(folder, "log.keys")];
  writeFileSync(keyFile, JSON.stringify(LOG_KEYS), { mode: 0o600 });
  const place = await sqlite.place();
  const noted: Acknowledged = { requests: new Map(), grants: new Map(), leases: new Map() };
  const log = { directory, publicKey: LOG_KEYS.publicKey };
  const killedAt = new Map<string, number>();
  const offset = Math.floor(Math.random() * POINTS);
  for (let kill = 0; kill <= KILLS; kill++) {
    const store = await place.open();
    const running = await openPlane({ store, directory, clock: systemClock, rules: RULES_WITHOUT_QUOTAS });
    if (kill === 0) {
      const body = { service: "pay", environment: "staging", public_key: SERVICE_KEYS[0].text };
      expect((await running.ask({ name: "op" }, { path: "/v1/services", body })).status).toBe(201);
    }
    await expectAgreement(store, log);
    expectKept(noted, {
      request: await documentsOf(store, "request"),
      grant: await documentsOf(store, "grant"),
      account: await documentsOf(store, "account"),
    });
    // What dee took, and nobody could review before the process was gone, would block the next.
    for (const { id, review } of await documentsOf(store, "grant")) {
      if (review !== undefined && review.state !== "reviewed")
        await running.ask({ name: "bo" }, { path: `/v1/grants/${id}/review`, body: {} });
    }
    await running.close();
    await store.close();
    if (kill === KILLS) break;
    const point = 1 + ((offset + kill * STRIDE) % POINTS);
    const killed = await PlaneProcess.start(place.argument, directory, keyFile, point);
    await act(killed, noted);
    expect(await killed.ended).toBe("SIGKILL");
    killedAt.set(killed.killedAt!, (killedAt.get(killed.killedAt!) ?? 0) + 1);
  }
  console.log(
    `access: killed ${KILLS} times, at ${killedAt.size} kinds of points; ${noted.requests.size} requests and ${noted.grants.size} grants hold`,
  );
  expect(noted.grants.size).toBeGreaterThan(0);
  await place.remove();
  rmSync(folder, { recursive: true });
}, 3_600_000);
