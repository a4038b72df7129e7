import assert from "node:assert";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { LoggerProvider } from "@opentelemetry/sdk-logs";
import { FLIGHT_RECORDER_LIMITS, FlightRecorder, GrantSchema, GrantSet, mintToken } from "@scrim/grants";
import { createFlightRecorderProcessor } from "@scrim/otel";
import { emittedRecords } from "./batches.ts";
import { type Measurement, measureInTurn, table } from "./measure.ts";

const RUNS = 9;
const CALLS = 20_000;

const KEY = Buffer.alloc(32, 7);
const GRANT = "00112233aabbccdd";
const DEBUG = 5;

const now = Math.floor(Date.now() / 1000);

/** The nth of the approved traces, as a text of its own. */
const traceId = (n: number): string => Buffer.from((n + 1).toString(16).padStart(32, "0")).toString();

/** Of as many traces, none of which is approved. */
const otherTraceId = (n: number): string => `f${traceId(n).slice(1)}`;

function approving(traces: number): GrantSet {
  const grant = GrantSchema.parse({
    id: GRANT,
    kind: "capture",
    selector: { trace_ids: Array.from({ length: traces }, (_, n) => traceId(n)) },
    level: "debug",
    not_before: now,
    expires_at: now + 3_600,
  });
  const grants = new GrantSet();
  const audience = { service: "web", environment: "bench" };
  grants.replace({
    audience,
    version: 1,
    issuedAt: now,
    expiresAt: now + 3_600,
    grants: [{ grant, key: KEY }],
  });
  return grants;
}

const nanoseconds = ({ medianMs }: Measurement): string => ((medianMs * 1e6) / CALLS).toFixed(0);

/** Calls with one text after the other; all come again in the next round. */
function withEach(texts: readonly string[], call: (text: string) => unknown): () => void {
  let at = 0;
  return () => {
    for (let i = 0; i < CALLS; i++) {
      call(texts[at]!);
      if (++at === texts.length) at = 0;
    }
  };
}

function lookupSection(): string[] {
  const rows = [1, 1e3, 1e6].map((traces) => {
    const grants = approving(traces);
    const spread = Array.from({ length: CALLS }, (_, n) => Math.floor((n * traces) / CALLS));
    const lookUp = (id: string) => grants.forTraceId(id);
    const hits = spread.map(traceId);
    const misses = spread.map(otherTraceId);
    assert(hits.every((id) => lookUp(id) !== undefined) && misses.every((id) => lookUp(id) === undefined));
    const { hit, miss } = measureInTurn(RUNS, {
      hit: withEach(hits, lookUp),
      miss: withEach(misses, lookUp),
    });
    return [traces.toLocaleString("en"), nanoseconds(hit!), nanoseconds(miss!)];
  });
  return [
    "### Verbose capture: is a trace approved?",
    `\`GrantSet.forTraceId\` over ${CALLS.toLocaleString("en")} texts, spread over all approved traces.`,
    table(["approved traces", "ns, one of them", "ns, another"], rows),
  ];
}

/** More than are remembered, so that each is new when it comes. */
const TOKENS = 30_000;

function tokenSection(): string[] {
  const grants = approving(1);
  const claims = { grant: GRANT, expiresAt: now + 100, severity: DEBUG };
  const ids = Array.from({ length: TOKENS }, (_, n) => traceId(n));
  const tokens = new Map(ids.map((id) => [id, mintToken(KEY, claims, id)]));
  const forged = mintToken(Buffer.alloc(32), claims, ids[0]!);
  const verify = (id: string) => grants.forToken(tokens.get(id)!, id);
  assert(ids.every((id) => verify(id) !== undefined) && grants.forToken(forged, ids[0]!) === undefined);
  const approval = grants.forTraceId(ids[0]!)!;
  const results = measureInTurn(RUNS, {
    "verified, never seen before": withEach(ids, verify),
    "refused, never seen before": withEach(ids, (id) => grants.forToken(forged, id)),
    "verified, seen on the same trace": withEach(ids.slice(0, 100), verify),
    minted: withEach(ids, (id) => mintToken(KEY, claims, id)),
    "asked for again, of a trace that has one": withEach(ids.slice(0, 1), (id) =>
      grants.tokenOf(approval, id),
    ),
  });
  return [
    "### Verbose capture: tokens",
    `${TOKENS.toLocaleString("en")} traces, of which the tokens of 10,000 are remembered: where none was seen before, the oldest leaves for it.`,
    table(
      ["token", "ns"],
      Object.entries(results).map(([name, result]) => [name, nanoseconds(result)]),
    ),
  ];
}

/** Records of one trace that come one after the other. */
const TRACE_RECORDS = 20;

function recorderSection(): string[] {
  const ids = Array.from({ length: 50_000 }, (_, n) => traceId(n));
  const oneTrace = new FlightRecorder<null>();
  const manyTraces = new FlightRecorder<null>();
  const append = (recorder: FlightRecorder<null>) => (id: string) => recorder.add(id, "", null, 300);
  const inTurn = ids.flatMap((id) => Array<string>(TRACE_RECORDS).fill(id));
  const results = measureInTurn(RUNS, {
    "appended, its trace is full": withEach(ids.slice(0, 1), append(oneTrace)),
    "appended, all is full": withEach(inTurn, append(manyTraces)),
    "logged through the SDK, no record is held": logging(inTurn, false),
    "logged through the SDK, copied and held, all is full": logging(inTurn, true),
  });
  assert.equal(oneTrace.records, FLIGHT_RECORDER_LIMITS.trace_records_max);
  assert(manyTraces.records > FLIGHT_RECORDER_LIMITS.records_max - TRACE_RECORDS);
  return [
    "### Verbose capture: flight recorder",
    `Debug records, ${TRACE_RECORDS} of each trace, past the limits of the recorder: ${FLIGHT_RECORDER_LIMITS.records_max.toLocaleString("en")} records, or ${FLIGHT_RECORDER_LIMITS.trace_records_max} of one trace. Through the SDK: the records of the other benchmarks, with their attributes.`,
    table(
      ["record", "ns"],
      Object.entries(results).map(([name, result]) => [name, nanoseconds(result)]),
    ),
  ];
}

/** Emits debug records, each in the context of its trace. */
function logging(ids: readonly string[], isHeld: boolean): () => void {
  const nowhere = {
    enabled: () => false,
    onEmit() {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const delegate = isHeld
    ? createFlightRecorderProcessor({ grants: new GrantSet(), delegate: nowhere })
    : nowhere;
  const logger = new LoggerProvider({ processors: [delegate] }).getLogger("bench");
  const records = emittedRecords(0);
  let n = 0;
  return withEach(ids, (id) => {
    const { body, attributes } = records[n++ % records.length]!;
    const spanContext = { traceId: id, spanId: "b7ad6b7169203331", traceFlags: 0 };
    const context = trace.setSpanContext(ROOT_CONTEXT, spanContext);
    logger.emit({ severityNumber: DEBUG, body, attributes, context } as Parameters<typeof logger.emit>[0]);
  });
}

/** What approvals cost in a process, one by one. */
export const verboseCaptureSections = (): string[] => [
  ...lookupSection(),
  ...tokenSection(),
  ...recorderSection(),
];
