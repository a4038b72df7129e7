import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { planOfSeed } from "./plan.ts";
import { runPlan } from "./run-seed.ts";

/** A few runs; `pnpm test:oracle` makes more. Their seeds are chosen so that between them all ways of acknowledging and most faults occur. */
const SEEDS = [3, 6, 9];

test.each(SEEDS)(
  "38, 120 to 124, 133: seed %i: what is acknowledged arrives, redacted, whatever goes wrong",
  { timeout: 300_000 },
  async (seed) => {
    const { problems } = await runPlan(planOfSeed(seed));
    expect(problems).toEqual([]);
  },
);

const MAIN = join(import.meta.dirname, "main.ts");

function start(seed: number) {
  const folder = mkdtempSync(join(tmpdir(), "oracle-test-"));
  const child = spawn(process.execPath, [MAIN, "--seeds", `${seed}..${seed}`], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: folder },
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });
  const said: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (piece: string) => said.push(piece));
  child.stderr.setEncoding("utf8").on("data", (piece: string) => said.push(piece));
  return { folder, child, said, ended: once(child, "close") };
}

/** Three workers that are killed, destinations over gRPC and HTTP, and a full disk. */
const WIDE_SEED = 2025;

test(`seed ${WIDE_SEED}, with a wide plan and in a sandbox where there can be one`, {
  timeout: 300_000,
}, async () => {
  const { said, ended } = start(WIDE_SEED);
  const [code] = await ended;
  expect(said.join("")).toContain("1 runs, 0 failed");
  expect(code).toBe(0);
});

test.skipIf(process.platform !== "linux")(
  "an oracle that is interrupted leaves no process and no folder",
  { timeout: 120_000 },
  async () => {
    const { child, ended, folder } = start(WIDE_SEED);
    await expect.poll(() => isNamedBySomeone(folder), { timeout: 60_000 }).toBe(true);
    expect(readdirSync(folder)).toHaveLength(1);
    child.kill("SIGINT");
    expect((await ended)[0]).toBe(130);
    await expect.poll(() => isNamedBySomeone(folder), { timeout: 30_000 }).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  },
);

/** Whether the command of some process names a file in there, as that of a gateway names its configuration. */
function isNamedBySomeone(folder: string): boolean {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes(`${folder}/`);
      } catch {
        return false; // it has ended
      }
    });
}
