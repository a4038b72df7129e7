/**
 * `pnpm test:oracle --seeds A..B`: runs the plan of each seed against a real gateway, and says what failed. `--write` adds
 * the runs to the tables in test/oracle/README.md; `--plant NAME` puts a known fault into the gateway, which has to be found.
 */
import { parseArgs } from "node:util";
import { killAllGateways } from "./gateway/gateway-process.ts";
import { addRun, assertNew } from "./ledger.ts";
import { planOfSeed } from "./plan.ts";
import { type RunResult, removeFolders, runPlan } from "./run-seed.ts";
import { furnishSandbox, isInSandbox, onInterrupted, runInSandbox } from "./sandbox/enter-sandbox.ts";

/** As shells have it for what SIGINT ended. */
const INTERRUPTED = 130;

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1..20" },
    plant: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const [first = 1, last = first] = values.seeds.split("..").map(Number);

if (isInSandbox()) {
  furnishSandbox();
  process.exitCode = await runAll();
} else {
  const ended = await runInSandbox();
  if ("code" in ended) process.exitCode = ended.code;
  else {
    console.log(`skipped: full disks and links that are cut: ${ended.reason}`);
    process.exitCode = await runAll();
  }
}

async function runAll(): Promise<number> {
  onInterrupted(() => {
    killAllGateways();
    removeFolders();
    process.exit(INTERRUPTED);
  });
  if (values.write) assertNew(first, last);
  let failed = 0;
  for (let seed = first; seed <= last; seed++) {
    const inner = values.plant === undefined ? {} : { ORACLE_PLANT: values.plant };
    const result = await runPlan(planOfSeed(seed), { inner });
    if (result.problems.length > 0) failed++;
    if (values.write && values.plant === undefined) addRun(result);
    print(result);
  }
  console.log(`${last - first + 1} runs, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function print({ problems, records, elapsed_ms, plan, faults }: RunResult): void {
  const { issued, acknowledged, delivered, repeated } = records;
  const counts = `issued ${issued}, acknowledged ${acknowledged}, arrived ${delivered}, repeated ${repeated}`;
  console.log(`seed ${plan.seed} (${plan.gateway.ack}): ${counts}, ${(elapsed_ms / 1_000).toFixed(1)} s`);
  if (problems.length === 0) return;
  for (const problem of problems) console.log(`  FAILED ${problem}`);
  console.log(`  faults: ${faults.join("; ")}`);
  console.log(`  schedule: ${JSON.stringify(plan)}`);
  console.log(`  again: ./bin/pnpm test:oracle --seeds ${plan.seed}..${plan.seed}`);
}
