import { existsSync } from "node:fs";
import { table } from "../measure.ts";
import { PINNED, type Usage } from "./child.ts";
import { collectorProgram } from "./collector-program.ts";
import {
  AT_ONCE_MAX,
  findMaximum,
  PATIENT,
  type Patience,
  QUICK,
  type Step,
  step,
  untilEmpty,
} from "./find-maximum.ts";
import { ENCODINGS, PROTOCOLS, RECORDS_PER_REQUEST } from "./load-request.ts";
import { type GatewayProgram, startMeasured } from "./measured-gateway.ts";
import { quantile } from "./paced-load.ts";
import { startLoadProcess, startSinkProcess } from "./peers.ts";
import { type AckMode, type Setup, scrimProgram } from "./scrim-program.ts";

const RULES = [0, 10, 50] as const;
const ACKS: readonly AckMode[] = ["durable", "memory", "delivered"];
const CONNECTIONS = 32;
const SHARES = [0.5, 0.8] as const;

/** For who would need seconds for one request of the usual size. */
const FEW_RECORDS = 16;

interface Row {
  /** Of a request. */
  readonly records: number;
  readonly records_per_s: number;
  readonly wire_bytes_per_record: number;
  readonly bytes_per_record: number;
  readonly at: readonly Step[];
  readonly usage: Usage;
}

type ProgramOf = (setup: Setup, sinkPort: number) => GatewayProgram;

async function measure(
  programOf: ProgramOf,
  setup: Setup,
  patience: Patience,
  records = RECORDS_PER_REQUEST,
): Promise<Row> {
  const sink = await startSinkProcess({ protocol: setup.protocol, numbered: false });
  const gateway = await startMeasured(programOf(setup, sink.port));
  const load = startLoadProcess();
  try {
    const channel = {
      protocol: setup.protocol,
      port: gateway.ports[setup.protocol],
      encoding: setup.encoding,
      connections: setup.protocol === "http" ? CONNECTIONS : CONNECTIONS / 8,
      timeout_ms: 30_000,
    };
    const under = { gateway, load, channel, records };
    const most = await findMaximum(under, patience);
    const at: Step[] = [];
    for (const share of SHARES) {
      await untilEmpty(under);
      const pace = {
        rate: most * share,
        at_once: AT_ONCE_MAX,
        duration_ms: patience.measure_ms,
        warm_up_ms: 0,
      };
      at.push(await step(under, pace));
    }
    const { wire_bytes, bytes } = at[0]!.outcome;
    return {
      records,
      records_per_s: most * records,
      wire_bytes_per_record: wire_bytes / records,
      bytes_per_record: bytes / records,
      at,
      usage: gateway.usage(),
    };
  } finally {
    load.stop();
    await gateway.stop();
    sink.stop();
  }
}

const HEAD = [
  "protocol",
  "encoding",
  "rules",
  "ack",
  "records/s",
  "MB/s",
  "CPU µs a record",
  "p50 at 50 %, ms",
  "p99",
  "p50 at 80 %, ms",
  "p99",
  "peak RSS, MB",
  "bytes a record",
  "on the wire",
];

function cells({ protocol, encoding, rules, ack }: Setup, row: Row): string[] {
  const { outcome, cpu_us } = row.at[1]!;
  const records = outcome.answers.acknowledged * row.records;
  const latencies = row.at.flatMap(({ outcome: { latencies_ms } }) =>
    [0.5, 0.99].map((share) => quantile(latencies_ms, share).toFixed(1)),
  );
  return [
    ...[protocol, encoding, String(rules), ack],
    Math.round(row.records_per_s).toLocaleString("en"),
    ((row.records_per_s * row.bytes_per_record) / 1e6).toFixed(1),
    (cpu_us / records).toFixed(1),
    ...latencies,
    (row.usage.rss_peak_bytes / 1e6).toFixed(0),
    row.bytes_per_record.toFixed(0),
    row.wire_bytes_per_record.toFixed(0),
  ];
}

/** Everything by the default acknowledgement, and the other two for one. */
function setups(isQuick: boolean): Setup[] {
  const all = PROTOCOLS.flatMap((protocol) =>
    ENCODINGS.flatMap((encoding) =>
      RULES.map((rules): Setup => ({ protocol, encoding, rules, ack: "durable" })),
    ),
  );
  const acks = ACKS.slice(1).map((ack): Setup => ({ protocol: "http", encoding: "gzip", rules: 10, ack }));
  const few = all.filter(({ encoding, rules }) => encoding === "gzip" && rules === 10);
  return [...(isQuick ? few : all), ...acks];
}

/** The gateway as a process of its own under load, and a Collector where `OTELCOL` names one. */
export async function gatewaySections(isQuick: boolean): Promise<string[]> {
  const patience = isQuick ? QUICK : PATIENT;
  const binary = process.env.OTELCOL;
  if (binary !== undefined && !existsSync(binary)) throw new Error("OTELCOL names no file");
  const [rows, ten, all]: [string[][], string[][], string[][]] = [[], [], []];
  for (const setup of setups(isQuick)) {
    rows.push(cells(setup, await measure(scrimProgram, setup, patience)));
    if (binary === undefined || setup.ack === "delivered") continue;
    const collector =
      (blocked: "ten" | "all"): ProgramOf =>
      (...at) =>
        collectorProgram(binary, blocked, ...at);
    const asCollector: Setup = { ...setup, ack: "memory" };
    if (setup.ack === "durable")
      ten.push(cells(asCollector, await measure(collector("ten"), setup, patience)));
    else all.push(cells(asCollector, await measure(collector("all"), setup, patience, FEW_RECORDS)));
  }
  return [
    "### Gateway under load",
    `${PINNED} Requests of ${RECORDS_PER_REQUEST} log records, one in a hundred with something to redact, at a fixed rate; latency from when a request was due. The destination is reached in the same way. No rules are the default policy, which scans everything; rules come on top of it. How it is measured: [gateway/README.md](gateway/README.md).`,
    table(HEAD, rows),
    ...(binary === undefined ? [] : collectorSection(ten, all)),
  ];
}

function collectorSection(ten: readonly string[][], all: readonly string[][]): string[] {
  return [
    "### OpenTelemetry Collector under load",
    "In the same run, with its redaction processor, rules as `blocked_key_patterns` and `GOMAXPROCS=1`. It keeps its queue in memory. `blocked_values` are the expressions of ten of Scrim's detectors:",
    table(HEAD, ten),
    `And of all of them, in requests of ${FEW_RECORDS} records, since one of the usual size takes seconds:`,
    table(HEAD, all),
  ];
}
