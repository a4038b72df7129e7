/**
 * A control plane in a process of its own: `plane-process.ts STORE LOG-FOLDER KEY-FILE [KILL-AT]`. Takes requests as lines of JSON, all at once, and
 * prints each answer once it has it. With KILL-AT it kills itself at that point of all at which something is written.
 */
import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { systemClock } from "@scrim/grants";
import type { Store } from "../../src/index.ts";
import { RULES_WITHOUT_QUOTAS } from "./cast.ts";
import { filesWithPoints, storeWithPoints } from "./points.ts";
import { type Asked, type Caller, openPlane } from "./running-plane.ts";

export interface Line {
  readonly number: number;
  readonly caller: Caller;
  readonly asked: Asked;
}

const [place = "", directory = "", keyFile = "", killAt = "0"] = process.argv.slice(2);

let points = 0;
const at = (name: string): void => {
  if (++points !== Number(killAt)) return;
  writeSync(1, `${JSON.stringify({ killedAt: name })}\n`);
  process.kill(process.pid, "SIGKILL");
};

async function openStore(): Promise<Store> {
  if (place.startsWith("sqlite:")) {
    const { SqliteStore } = await import("../../src/store/sqlite/sqlite-store.ts");
    return await SqliteStore.open({ path: place.slice("sqlite:".length) });
  }
  const { PostgresStore } = await import("../../src/store/postgres/postgres-store.ts");
  return await PostgresStore.open({ url: place });
}

const running = await openPlane({
  store: storeWithPoints(await openStore(), at),
  directory,
  clock: systemClock,
  logKeys: JSON.parse(readFileSync(keyFile, "utf8")),
  files: filesWithPoints(at),
  rules: RULES_WITHOUT_QUOTAS,
});
writeSync(1, `${JSON.stringify({ ready: true })}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const { number, caller, asked } = JSON.parse(line) as Line;
  void running.ask(caller, asked).then((answer) => writeSync(1, `${JSON.stringify({ number, answer })}\n`));
}
await running.close();
process.exit(0);
