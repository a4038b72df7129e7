import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { deliveredItems } from "./check/delivered-items.ts";
import { problemsOf } from "./check/properties.ts";
import { startSink } from "./destination/start-sink.ts";
import type { Evidence } from "./evidence.ts";
import { startFaultProxy } from "./faults/fault-proxy.ts";
import { ANY_PORTS, freePorts } from "./gateway/free-ports.ts";
import type { InnerFaults } from "./gateway/gateway-process.ts";
import { Journal } from "./issuer/journal.ts";
import type { Plan } from "./plan.ts";
import { live } from "./run/live.ts";
import { configFileOf, lettersOf, type Run } from "./run/run.ts";
import { isInSandbox } from "./sandbox/enter-sandbox.ts";
import { LOOPBACK, makeLinks } from "./sandbox/links.ts";
import { mountSmallDisk, type SmallDisk } from "./sandbox/small-disk.ts";

/** What became of one run. */
export interface RunResult {
  readonly plan: Plan;
  /** None where every property held. */
  readonly problems: readonly string[];
  /** What went wrong, by kind: no fault that was planned and never came to be. */
  readonly faults: readonly string[];
  readonly records: {
    readonly issued: number;
    readonly acknowledged: number;
    /** At the first destination, each counted once. */
    readonly delivered: number;
    /** How often one came there that had come before. */
    readonly repeated: number;
  };
  readonly elapsed_ms: number;
}

export interface RunOptions {
  /** Goes into every life of the gateway, beside what the plan says. */
  readonly inner?: InnerFaults;
}

/** Runs a plan against a real gateway, and judges what it left behind. */
export async function runPlan(plan: Plan, { inner = {} }: RunOptions = {}): Promise<RunResult> {
  const begun = performance.now();
  const folder = mkdtempSync(join(tmpdir(), "scrim-oracle-"));
  const links = plan.gateway.links && isInSandbox() ? await makeLinks() : undefined;
  const disk = plan.gateway.disk && isInSandbox() ? mountSmallDisk(join(folder, "disk")) : undefined;
  FOLDERS.set(folder, disk);
  const hosts = links?.hosts ?? LOOPBACK;
  const clientWays = { http: await startFaultProxy(), grpc: await startFaultProxy() };
  const destinations = await Promise.all(
    plan.gateway.destinations.map(async (protocol) => {
      const [sink, way] = await Promise.all([startSink(protocol), startFaultProxy(hosts.destinations)]);
      way.leadTo({ host: "127.0.0.1", port: sink.port });
      return { sink, way };
    }),
  );
  const run: Run = {
    plan,
    inner,
    folder,
    links,
    disk,
    hosts,
    ports: plan.lives.some(({ workers }) => workers > 1) ? await freePorts() : ANY_PORTS,
    journal: new Journal(),
    clientWays,
    config: plan.gateway,
    configHash: 0,
    writes: 0,
    destinations,
    lives: [],
    troubles: [],
    struck: [],
    pages: [],
    damage: [],
    policies: [],
    stopIssuing: new AbortController(),
    lanes: undefined,
  };
  try {
    for (const life of plan.lives) await live(run, life);
    const evidence = collect(run);
    return {
      plan,
      problems: problemsOf(evidence),
      faults: run.struck,
      records: countRecords(evidence),
      elapsed_ms: performance.now() - begun,
    };
  } finally {
    run.stopIssuing.abort();
    await run.lanes;
    await Promise.all([
      clientWays.http.close(),
      clientWays.grpc.close(),
      ...destinations.flatMap(({ sink, way }) => [sink.close(), way.close()]),
    ]);
    await links?.close();
    disk?.close();
    rmSync(folder, { recursive: true, force: true });
    FOLDERS.delete(folder);
  }
}

/** Those of runs that go on. */
const FOLDERS = new Map<string, SmallDisk | undefined>();

/** For whoever ends before its time. */
export function removeFolders(): void {
  for (const [folder, disk] of FOLDERS) {
    disk?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function collect(run: Run): Evidence {
  const files = globSync("**/*", { cwd: run.folder })
    .filter((name) => name !== basename(configFileOf(run)) && statSync(join(run.folder, name)).isFile())
    .map((name) => [`the file ${name}`, readFileSync(join(run.folder, name))] as const);
  return {
    ...run,
    dead_letters: lettersOf(run),
    written: [
      ...files,
      ...run.lives.map(({ output }) => ["the output", Buffer.from(output)] as const),
      ...run.lives.flatMap(({ scrapes }) =>
        scrapes.map(({ text }) => ["the metrics", Buffer.from(text)] as const),
      ),
      ...run.pages.map((page) => ["a page", page] as const),
      ...run.destinations.flatMap(({ sink }) =>
        sink.deliveries.map(({ bytes }) => ["a delivery", bytes] as const),
      ),
      ...Object.values(run.clientWays).map(
        ({ answers }) => ["answers to clients", Buffer.concat(answers)] as const,
      ),
    ],
  };
}

function countRecords({ journal, destinations }: Evidence): RunResult["records"] {
  const arrived = deliveredItems(destinations[0]!.sink);
  const delivered = new Set(arrived.map(({ item }) => item.number)).size;
  return {
    issued: journal.requests.reduce((sum, { numbers }) => sum + numbers.length, 0),
    acknowledged: journal.requests
      .filter(({ outcome }) => outcome === "acknowledged")
      .reduce((sum, { numbers }) => sum + numbers.length, 0),
    delivered,
    repeated: arrived.length - delivered,
  };
}
