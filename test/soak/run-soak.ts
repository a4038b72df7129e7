import { setTimeout as sleep } from "node:timers/promises";
import type { Answer } from "../../bench/gateway/channel.ts";
import type { LoadOutcome } from "../../bench/gateway/load-process.ts";
import { PROTOCOLS, type Protocol } from "../../bench/gateway/load-request.ts";
import { type MeasuredGateway, startMeasured } from "../../bench/gateway/measured-gateway.ts";
import { quantile } from "../../bench/gateway/paced-load.ts";
import {
  type LoadProcess,
  type SinkProcess,
  startLoadProcess,
  startPeer,
  startSinkProcess,
} from "../../bench/gateway/peers.ts";
import { type Setup, scrimProgram } from "../../bench/gateway/scrim-program.ts";
import type { SoakPlan } from "./soak-kind.ts";

export interface SoakResult {
  readonly plan: SoakPlan;
  /** The most that the gateway did before, of these records, acknowledged and exported. */
  readonly maximum_records_per_s: number;
  readonly answers: Readonly<Record<Answer, number>>;
  readonly acknowledged_records: number;
  /** Of the acknowledged ones, those that never arrived. */
  readonly missing_records: number;
  readonly repeated_records: number;
  /** Of both protocols, the slower one. */
  readonly p99_ms: number;
  /** One a second, from the first request on. */
  readonly rss_bytes: readonly number[];
  /** When the load began: the connections are open already. */
  readonly idle: { readonly open: number; readonly open_at_end: number; readonly rss_bytes_before: number };
  readonly reloads: { readonly asked: number; readonly made: number };
}

const SETUP: Setup = { protocol: "http", encoding: "none", rules: 10, ack: "durable" };
const RECORDS = 512;
const CONNECTIONS: Readonly<Record<Protocol, number>> = { http: 512, grpc: 8 };
const AT_ONCE_MAX = 1_024;
const FULL_AT_ONCE = 8;
const FULL_MS_MAX = 20_000;
const SAMPLE_MS = 1_000;
/** Clients wait as long as this; the gateway answers earlier, if only that it has no room. */
const TIMEOUT_MS = 60_000;
/** Of the one protocol; the other's come after it. */
const REQUESTS_MAX = 1_000_000;

/** Puts a gateway under load, by HTTP and gRPC at once, and says what came of it. Stops it with SIGTERM, and then counts. */
export async function runSoak(plan: SoakPlan): Promise<SoakResult> {
  const sink = await startSinkProcess({ protocol: "http", numbered: true });
  const loads = PROTOCOLS.map(() => startLoadProcess());
  const gateway = await startMeasured(scrimProgram(SETUP, sink.port, MORE));
  try {
    return await soak(plan, gateway, loads, sink);
  } finally {
    for (const load of loads) load.stop();
    await gateway.stop();
    sink.stop();
  }
}

/** Idle clients may stay, and all that is in the spool may leave at the end. */
const MORE = {
  http: { idle_timeout: "1h" },
  service: { drain_timeout: "10m" },
};

async function soak(
  plan: SoakPlan,
  gateway: MeasuredGateway,
  loads: readonly LoadProcess[],
  sink: SinkProcess,
): Promise<SoakResult> {
  const numbers = PROTOCOLS.map((_, at) => at * REQUESTS_MAX);
  const acknowledged: number[] = [];
  const runBoth = async (rate: number | undefined, at_once: number, duration_ms: number) => {
    const outcomes = await Promise.all(
      PROTOCOLS.map((protocol, at) =>
        loads[at]!.run({
          channel: {
            protocol,
            port: gateway.ports[protocol],
            encoding: SETUP.encoding,
            connections: CONNECTIONS[protocol],
            timeout_ms: TIMEOUT_MS,
          },
          pace: { rate: rate && rate / PROTOCOLS.length, at_once, duration_ms, warm_up_ms: 0 },
          records: RECORDS,
          numbered_from: numbers[at]!,
        }),
      ),
    );
    for (const [at, outcome] of outcomes.entries()) {
      numbers[at]! += outcome.numbered;
      for (const request of outcome.acknowledged) acknowledged.push(request);
    }
    return outcomes;
  };

  const full_ms = Math.min(plan.duration_ms, FULL_MS_MAX);
  await runBoth(undefined, FULL_AT_ONCE, full_ms / 2); // code is compiled
  const maximum = await mostOf(gateway, () => runBoth(undefined, FULL_AT_ONCE, full_ms));
  await untilQuiet(sink);

  const rssBytesBefore = gateway.usage().rss_bytes;
  const idle = plan.idle > 0 ? await holdConnections(gateway, plan.idle) : undefined;
  const sampled = sampleRss(gateway);
  const reloaded = reloadAgainAndAgain(gateway, plan, sink.port);
  const outcomes = await runBoth((maximum * plan.share) / RECORDS, AT_ONCE_MAX, plan.duration_ms);
  const rss_bytes = sampled.stop();
  const reloads = { asked: await reloaded.stop(), made: await reloadsMade(gateway) };
  const open_at_end = (await idle?.count()) ?? 0;
  idle?.stop();
  await untilQuiet(sink);
  await gateway.stop();
  const { missing, repeated } = await sink.ask({ requests: acknowledged, records: RECORDS });
  return {
    plan,
    maximum_records_per_s: maximum,
    answers: sumOf(outcomes),
    acknowledged_records: acknowledged.length * RECORDS,
    missing_records: missing,
    repeated_records: repeated,
    p99_ms: Math.max(...outcomes.map(({ latencies_ms }) => quantile(latencies_ms, 0.99))),
    rss_bytes,
    idle: { open: idle?.opened ?? 0, open_at_end, rss_bytes_before: rssBytesBefore },
    reloads,
  };
}

/** What the gateway does when it is full: the lower of what it takes in and what it brings away. */
async function mostOf(gateway: MeasuredGateway, run: () => Promise<readonly LoadOutcome[]>): Promise<number> {
  const [exportedBefore, began] = [await gateway.exported(), performance.now()];
  const outcomes = await run();
  const took_s = (performance.now() - began) / 1_000;
  const accepted = (sumOf(outcomes).acknowledged * RECORDS) / took_s;
  const exported = ((await gateway.exported()) - exportedBefore) / took_s;
  return Math.min(accepted, exported);
}

function sumOf(outcomes: readonly LoadOutcome[]): Record<Answer, number> {
  const sum = { acknowledged: 0, refused: 0, later: 0, unanswered: 0 };
  for (const { answers } of outcomes)
    for (const answer of Object.keys(sum) as Answer[]) sum[answer] += answers[answer];
  return sum;
}

const QUIET_MS = 1_000;
const QUIET_MS_MAX = 600_000;

/** Until nothing more arrives. */
async function untilQuiet(sink: SinkProcess): Promise<void> {
  const start = performance.now();
  for (let last = -1, now = 0; now !== last && performance.now() - start < QUIET_MS_MAX; ) {
    last = now;
    await sleep(QUIET_MS);
    now = (await sink.ask()).requests;
  }
}

function sampleRss(gateway: MeasuredGateway): { stop(): readonly number[] } {
  const samples = [gateway.usage().rss_bytes];
  const timer = setInterval(() => samples.push(gateway.usage().rss_bytes), SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return [...samples, gateway.usage().rss_bytes];
    },
  };
}

async function holdConnections(gateway: MeasuredGateway, connections: number) {
  const peer = startPeer(new URL("./idle-process.ts", import.meta.url));
  const opened = (await peer.ask({ port: gateway.ports.http, connections })) as number;
  return { opened, count: async () => (await peer.ask("count")) as number, stop: () => peer.stop() };
}

/** Changes the policy and back. */
function reloadAgainAndAgain(gateway: MeasuredGateway, plan: SoakPlan, sinkPort: number) {
  const end = new AbortController();
  const run = async () => {
    let asked = 0;
    if (plan.reload_ms === undefined) return asked;
    while (await sleep(plan.reload_ms, true, { signal: end.signal }).catch(() => false)) {
      const setup = { ...SETUP, rules: SETUP.rules + (++asked % 2) };
      gateway.reload(scrimProgram(setup, sinkPort, MORE).config);
    }
    return asked;
  };
  const running = run();
  return {
    stop() {
      end.abort();
      return running;
    },
  };
}

/** Of the configuration that is in force, counted from 1. */
const REVISION = /^scrim_config_revision(?:\{.*\})? (\d+)$/m;

async function reloadsMade(gateway: MeasuredGateway): Promise<number> {
  return Number(REVISION.exec(await gateway.metrics())?.[1]) - 1;
}
