import { setTimeout as sleep } from "node:timers/promises";
import { lostRecords } from "../check/lost-records.ts";
import type { Life } from "../evidence.ts";
import { type Scrape, scrape } from "../gateway/scrape.ts";
import type { IssuedRequest } from "../issuer/journal.ts";
import { sendOne } from "../issuer/raw-lane.ts";
import { lettersOf, type Run } from "./run.ts";

/** Within which a gateway has to come to rest; far above what it takes, as machines are busy. */
const RECOVERY_MS_MAX = 30_000;

/** Within which workers that are being replaced, or take over from others, bring what those had. */
const WORKERS_MS_MAX = 20_000;

/** 5: nothing is wrong any more, so a fresh record arrives, and so does everything that was acknowledged. */
export async function recover(run: Run, life: Life, metricsPort: number): Promise<void> {
  const deadline = performance.now() + RECOVERY_MS_MAX;
  const fresh = await untilAccepted(run, deadline);
  if (fresh === undefined) {
    run.troubles.push("recovery: a fresh record is not accepted");
    return;
  }
  if (!(await goesByNewest(run, metricsPort, deadline)))
    run.troubles.push("recovery: not all go by the newest configuration");
  // What a worker has that isn't back yet, no metric tells.
  const hadWorkers = run.plan.lives.some(({ workers }) => workers > 1);
  const patience = performance.now() + (hadWorkers ? WORKERS_MS_MAX : 0);
  const restBy = performance.now() + RECOVERY_MS_MAX;
  while (performance.now() < restBy) {
    const seen = await scrape(run.hosts.pages, metricsPort);
    if (seen !== undefined) life.quiet = seen;
    if (seen !== undefined && isAtRest(seen) && (performance.now() > patience || !misses(run))) break;
    await sleep(20);
  }
}

/** Whether every worker does, those that took another one's place included. */
async function goesByNewest({ hosts, configHash }: Run, port: number, deadline: number): Promise<boolean> {
  while (performance.now() < deadline) {
    const seen = await scrape(hosts.pages, port);
    if (seen?.sum("scrim_config_hash") === configHash) return true;
    await sleep(30);
  }
  return false;
}

function misses(run: Run): boolean {
  return lostRecords({ ...run, dead_letters: lettersOf(run) }).length > 0;
}

async function untilAccepted(run: Run, deadline: number): Promise<IssuedRequest | undefined> {
  while (performance.now() < deadline) {
    const request = await sendOne("fresh", run.clientWays.http.port, run.journal);
    if (request.outcome === "acknowledged") return request;
    await sleep(50);
  }
  return undefined;
}

function isAtRest(seen: Scrape): boolean {
  return seen.sum(["scrim_receiver_in_flight_items", "scrim_exporter_waiting_items"]) === 0;
}
