import { setTimeout as sleep } from "node:timers/promises";
import type { Life } from "../evidence.ts";
import { damageSpool } from "../faults/damage-spool.ts";
import { type FaultPlaces, runFaults } from "../faults/run-faults.ts";
import { type GatewayProcess, startGatewayProcess } from "../gateway/gateway-process.ts";
import { struckIn } from "../gateway/preload/say-struck.ts";
import { readPages, scrape } from "../gateway/scrape.ts";
import type { LanePlan } from "../issuer/lane.ts";
import { runRawLane } from "../issuer/raw-lane.ts";
import { runSdkLane } from "../issuer/sdk-lane.ts";
import type { LifePlan } from "../plan.ts";
import { createRandom } from "../random.ts";
import { reconfigure, writeConfig } from "./reconfigure.ts";
import { recover } from "./recover.ts";
import { configFileOf, type Run, spoolOf } from "./run.ts";

const SCRAPE_PAUSE_MS = 120;

/** Far above what it takes, as machines are busy. */
const STOP_MS_MAX = 40_000;

/** One life of the gateway: started, used while things go wrong, ended. */
export async function live(run: Run, plan: LifePlan): Promise<void> {
  const { inForce } = writeConfig(run, { workers: plan.workers });
  const inner = { ...run.inner, ...plan.inner, ORACLE_SPOOL: spoolOf(run) };
  const gateway = startGatewayProcess(configFileOf(run), inner, run.links?.namespace);
  const life: Life = {
    started_ms: performance.now(),
    ready_ms: Number.POSITIVE_INFINITY,
    ended_ms: Number.POSITIVE_INFINITY,
    ended: undefined,
    output: "",
    scrapes: [],
    quiet: undefined,
    worker_ends: gateway.workerEnds,
  };
  run.lives.push(life);
  const ended = gateway.ended.then((how) => {
    life.ended = how;
    life.ended_ms = performance.now();
    run.clientWays.http.leadTo(undefined);
    run.clientWays.grpc.leadTo(undefined);
  });
  try {
    const ports = await gateway.ready;
    if (ports !== undefined) {
      life.ready_ms = performance.now();
      inForce.confirmed_ms = life.ready_ms;
      if (plan.inner.ORACLE_CLOCK !== undefined) run.struck.push("clock jumps");
      await useWhileAlive(run, plan, gateway, life, ports);
    } else if (!mayDie(plan))
      run.troubles.push(`start: the gateway ended before it was ready: ${lastLine(gateway.output())}`);
  } finally {
    if (life.ended === undefined) gateway.killAll();
    await ended;
    closeBooks(run, plan, life, gateway);
  }
}

/** What is known once all processes of a life have ended. */
function closeBooks(run: Run, plan: LifePlan, life: Life, gateway: GatewayProcess): void {
  life.output = gateway.output();
  run.struck.push(...struckIn(life.output));
  if (life.ended === "SIGKILL" && (plan.inner.ORACLE_FILES ?? "").split(",").includes("power"))
    run.struck.push("files: power cut");
  // Workers may find a configuration that is wrong when they start; they end by nothing else.
  const others = gateway.workerEnds.filter(({ how }) => how !== "SIGKILL");
  if (others.length > 0 && !wroteInvalid(plan))
    run.troubles.push(`life: a worker ended by itself (${others[0]!.how}): ${lastLine(life.output)}`);
  if (plan.damage !== undefined && damageSpool(spoolOf(run), plan.damage)) {
    run.damage.push({ kind: plan.damage.kind, at_ms: performance.now() });
    run.struck.push(`files: ${plan.damage.kind}`);
  }
}

const mayDie = ({ end }: LifePlan) => end === "kill" || end === "kill_primary";

async function useWhileAlive(
  run: Run,
  plan: LifePlan,
  gateway: GatewayProcess,
  life: Life,
  ports: NonNullable<Awaited<GatewayProcess["ready"]>>,
): Promise<void> {
  run.clientWays.http.leadTo({ host: run.hosts.gateway, port: ports.http });
  run.clientWays.grpc.leadTo({ host: run.hosts.gateway, port: ports.grpc });
  run.lanes ??= Promise.all(run.plan.lanes.map((lane) => runLane(run, lane)));

  const over = new AbortController();
  void gateway.ended.then(() => over.abort());
  const places: FaultPlaces = {
    clientWays: Object.values(run.clientWays),
    destinations: run.destinations,
    links: run.links,
    disk: run.disk,
    killWorker: (which) => gateway.killWorker(which),
    reconfigure: (change) => reconfigure(run, gateway, ports.metrics, change),
    struck: (kind) => run.struck.push(kind),
  };
  const window = AbortSignal.any([over.signal, AbortSignal.timeout(plan.window_ms)]);
  const faults = runFaults(plan.faults, places, plan.end === "stay" ? window : over.signal);
  await Promise.all([
    lookOnWhile(run, ports, life, window),
    sleep(plan.window_ms, undefined, { signal: over.signal }).catch(() => undefined),
  ]);
  if (gateway.hasEnded()) {
    await faults;
    if (!mayDie(plan)) run.troubles.push(`life: the gateway ended by itself: ${lastLine(gateway.output())}`);
    return;
  }
  if (plan.end === "stay") {
    await faults;
    run.stopIssuing.abort();
    await run.lanes;
    // A good configuration may have been replaced by a wrong one before it was read.
    if (wroteInvalid(plan)) gateway.signal("SIGHUP");
    await recover(run, life, ports.metrics);
    run.pages.push(...(await readPages(run.hosts.pages, ports.pages)));
  }
  end(run, plan, gateway);
  const how = await Promise.race([gateway.ended, sleep(STOP_MS_MAX, undefined, { ref: false })]);
  await faults;
  if (how === undefined)
    run.troubles.push(`stop: the gateway did not end when it was told to: ${lastLine(gateway.output())}`);
  else if (how !== 0 && !mayDie(plan))
    run.troubles.push(`stop: the gateway ended with ${how}: ${lastLine(gateway.output())}`);
}

const wroteInvalid = ({ faults }: LifePlan) =>
  faults.some((fault) => fault.on === "config" && fault.change.kind === "invalid");

function end({ struck }: Run, plan: LifePlan, gateway: GatewayProcess): void {
  switch (plan.end) {
    case "kill":
      struck.push("kill -9 at any time");
      gateway.killAll();
      break;
    case "kill_primary":
      struck.push("kill -9 of the process that started the workers");
      gateway.signal("SIGKILL");
      break;
    case "terminate":
      struck.push("SIGTERM");
      gateway.signal("SIGTERM");
      break;
    default:
      gateway.signal("SIGTERM");
  }
}

function lastLine(output: string): string {
  const lines = output.trimEnd().split("\n");
  return lines
    .filter((line) => !line.includes(": request "))
    .slice(-3)
    .join(" | ");
}

function runLane(run: Run, lane: LanePlan): Promise<void> {
  const context = {
    ports: { http: run.clientWays.http.port, grpc: run.clientWays.grpc.port },
    journal: run.journal,
    random: createRandom(run.plan.seed).fork(lane.name),
    stop: run.stopIssuing.signal,
  };
  return lane.client === "raw" ? runRawLane(lane, context) : runSdkLane(lane, context);
}

async function lookOnWhile(
  { hosts, pages }: Run,
  ports: { readonly metrics: number; readonly pages: number },
  life: Life,
  window: AbortSignal,
): Promise<void> {
  while (!window.aborted) {
    const [seen, shown] = await Promise.all([
      scrape(hosts.pages, ports.metrics),
      readPages(hosts.pages, ports.pages),
    ]);
    if (seen !== undefined) life.scrapes.push(seen);
    pages.push(...shown);
    await sleep(SCRAPE_PAUSE_MS, undefined, { signal: window }).catch(() => undefined);
  }
}
