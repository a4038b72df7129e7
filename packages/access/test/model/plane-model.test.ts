import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KINDS_OF_STORES } from "../stores.ts";
import { AccessModel } from "./access-model.ts";
import { expectAgreement } from "./agreement.ts";
import { START_S } from "./cast.ts";
import { LOG_KEYS, SERVICE_KEYS } from "./keys.ts";
import { type Expected, type Real, steps } from "./plane-steps.ts";
import { openPlane } from "./running-plane.ts";
import { SetClock } from "./set-clock.ts";

// What is tested is not the disk: in memory it goes four times as fast.
if (existsSync("/dev/shm")) process.env.TMPDIR = "/dev/shm";

/** How many runs; a database for each makes those on PostgreSQL slower. `SCRIM_MODEL_RUNS=2000` looks for longer. */
const RUNS = { SQLite: 25, PostgreSQL: 8 } as Readonly<Record<string, number>>;

for (const kind of KINDS_OF_STORES)
  describe.skipIf(!kind.isThere)(`the control plane on ${kind.name}`, () => {
    beforeAll(kind.start);
    afterAll(kind.stop);

    test("does what a plain model of the promises does, whatever is asked, whatever the clocks say, and over restarts", async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (commands) => {
          const place = await kind.place();
          const folder = mkdtempSync(join(tmpdir(), "scrim-plane-"));
          const directory = join(folder, "log");
          const clock = new SetClock(START_S);
          const access = new AccessModel();
          const store = await place.open();
          const running = await openPlane({ store, directory, clock });
          const real: Real = {
            clock,
            store,
            running,
            async reopen() {
              await real.running.close();
              await real.store.close();
              real.store = await place.open();
              real.running = await openPlane({ store: real.store, directory, clock });
            },
          };
          for (const service of ["pay", "web", "vault"]) {
            for (const environment of ["production", "staging"]) {
              const body = { service, environment, public_key: SERVICE_KEYS[0].text };
              expect((await running.ask({ name: "op" }, { path: "/v1/services", body })).status).toBe(201);
              access.services.set(JSON.stringify([service, environment]), {
                tenant: "shop",
                keys: new Set([0]),
              });
            }
          }
          const expected: Expected = { access, keys: new Map(), keptAt: START_S };
          try {
            await fc.asyncModelRun(() => ({ model: expected, real }), commands);
            for (let time = 0; time < 3; time++) await real.running.plane.sweep();
            await expectAgreement(real.store, { directory, publicKey: LOG_KEYS.publicKey });
          } finally {
            await real.running.close();
            await real.store.close();
            await place.remove();
            rmSync(folder, { recursive: true });
          }
        }),
        {
          numRuns: Number(process.env.SCRIM_MODEL_RUNS ?? RUNS[kind.name]),
          endOnFailure: process.env.SCRIM_MODEL_SHRINK === undefined,
        },
      );
    }, 7_200_000);
  });
