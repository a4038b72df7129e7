import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PostgresStore } from "../../src/index.ts";
import { BINARIES, Cluster } from "../postgres/cluster.ts";
import type { Place, StoreKind } from "../stores.ts";
import { expectAgreement, expectEnded } from "./agreement.ts";
import { documentsOf } from "./logged-state.ts";
import type { Answer, Asked } from "./running-plane.ts";
import { askedFor, enrol, openStage, type StagedPlane } from "./staged-plane.ts";

/** How often the server is killed; `SCRIM_KILLS=100` does so for longer. */
const KILLS = Number(process.env.SCRIM_KILLS ?? 3);
const AFTER_MS_MAX = 400;

describe.skipIf(BINARIES === undefined)("PostgreSQL, killed and started again in the middle", () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
  });
  afterAll(() => cluster.remove());

  test("loses nothing that was answered, keeps nothing that the logs don't say, and goes on when it is back", async () => {
    const url = cluster.url("postgres");
    const place: Place = {
      open: () => PostgresStore.open({ url }),
      argument: url,
      tamper: async () => undefined,
      remove: async () => undefined,
    };
    const stage = await openStage({ place: async () => place } as StoreKind);
    const both = [await stage.open("first"), await stage.open("second")] as const;
    await enrol(both[0], "pay", "staging");
    let isOver = false;
    let unavailable = 0;
    let number = 0;
    const approved: string[] = [];
    const revoked: string[] = [];

    /** Asks with the same key until somebody can tell. */
    const ask = async (name: string, asked: Asked): Promise<Answer> => {
      const key = `key-${String(number++).padStart(8, "0")}`;
      for (;;) {
        const server: StagedPlane = both[Math.random() < 0.5 ? 0 : 1];
        const answer = await server.ask({ name }, { ...asked, key });
        if (answer.status !== 503) return answer;
        unavailable++;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    const session = async () => {
      while (!isOver) {
        const created = await ask("ana", { path: "/v1/requests", body: askedFor("staging") });
        expect(created.status).toBe(201);
        const decided = await ask("cy", { path: `/v1/requests/${created.body.id}/approve`, body: {} });
        expect(decided.body.state).toBe("approved");
        approved.push(decided.body.grant);
        const ended = await ask("flo", { path: `/v1/grants/${decided.body.grant}/revoke`, body: {} });
        expect(ended.body.state).toBe("revoked");
        revoked.push(decided.body.grant);
      }
    };
    const sessions = [session(), session(), session()];
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * AFTER_MS_MAX));
      await cluster.kill();
      await cluster.restart();
      const count = approved.length;
      await expect.poll(() => approved.length, { timeout: 30_000 }).toBeGreaterThan(count + 2);
    }
    isOver = true;
    await Promise.all(sessions);
    const grants = new Map((await documentsOf(both[0].store, "grant")).map((grant) => [grant.id, grant]));
    for (const id of approved) expect(grants.has(id)).toBe(true);
    for (const id of revoked) expect(grants.get(id)!.state).toBe("revoked");
    expect(grants.size).toBe(approved.length);
    expect((await documentsOf(both[0].store, "request")).length).toBe(approved.length);
    await expectEnded(both[0].store, both[0].plane.clock.nowS());
    await both[0].close();
    await both[1].close();
    // What was uncertain when they ended is settled when they begin.
    const again = [await stage.open("first"), await stage.open("second")] as const;
    await expectAgreement(again[0].store, ...stage.logs());
    console.log(
      `access: PostgreSQL killed ${KILLS} times; ${approved.length} grants hold, ${unavailable} answers were "ask again"`,
    );
    expect(unavailable).toBeGreaterThan(0);
    await stage.remove();
  }, 3_600_000);
});
