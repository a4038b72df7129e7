/**
 * A service over HTTP with the OpenTelemetry SDK, in a process of its own: in each request a span, 20 debug records and two of INFO. Says its port,
 * and after each message how much processor time it took so far.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Context, defaultTextMapGetter, ROOT_CONTEXT, SpanKind, trace } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { ProtobufLogsSerializer, ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { GrantSchema, GrantSet } from "@scrim/grants";
import {
  createApprovedTraceSampler,
  createRedactingLogRecordProcessor,
  createRedactingSpanProcessor,
  createTokenPropagator,
  createVerboseCaptureProcessor,
} from "@scrim/otel";
import { emittedRecords } from "./batches.ts";
import { APPROVED_TRACES, approvedTraceId } from "./verbose-traces.ts";

const DEBUG = 5;
const INFO = 9;
const DEBUG_RECORDS = 20;
const INFO_RECORDS = 2;

const captures = process.argv[2] === "capture";
const grants = new GrantSet();
if (captures) approveTraces();

function approveTraces(): void {
  const now = Math.floor(Date.now() / 1000);
  const grant = GrantSchema.parse({
    id: "00112233aabbccdd",
    kind: "capture",
    selector: { trace_ids: Array.from({ length: APPROVED_TRACES }, (_, n) => approvedTraceId(n)) },
    level: "debug",
    records_per_s: 1_000_000,
    bytes_max: 2 ** 40,
    not_before: now,
    expires_at: now + 3_600,
  });
  const audience = { service: "web", environment: "bench" };
  const keyed = { grant, key: Buffer.alloc(32, 7) };
  grants.replace({ audience, version: 1, issuedAt: now, expiresAt: now + 3_600, grants: [keyed] });
}

const done = { forceFlush: async () => {}, shutdown: async () => {} };
const logExporter: ConstructorParameters<typeof BatchLogRecordProcessor>[0]["exporter"] = {
  ...done,
  export(records, callback) {
    ProtobufLogsSerializer.serializeRequest(records);
    callback({ code: 0 });
  },
};
const spanExporter: ConstructorParameters<typeof BatchSpanProcessor>[0]["exporter"] = {
  ...done,
  export(spans, callback) {
    ProtobufTraceSerializer.serializeRequest(spans);
    callback({ code: 0 });
  },
};

/** Without capture: nothing below INFO, as a logger's level has it. */
function atInfo(delegate: LogRecordProcessor): LogRecordProcessor {
  return {
    ...done,
    enabled: ({ severityNumber = INFO }) => severityNumber >= INFO,
    onEmit: (record, context) => delegate.onEmit(record, context),
  };
}

const batch = new BatchLogRecordProcessor({ exporter: logExporter, maxQueueSize: 100_000 });
const logging = new LoggerProvider({
  processors: [
    createRedactingLogRecordProcessor({
      delegate: captures ? createVerboseCaptureProcessor({ grants, delegate: batch }) : atInfo(batch),
    }) as LogRecordProcessor,
  ],
});
const delegate = new ParentBasedSampler({ root: new AlwaysOffSampler() });
const tracing = new TracerProvider({
  sampler: captures ? createApprovedTraceSampler({ grants, delegate }) : delegate,
  spanProcessors: [
    createRedactingSpanProcessor({
      delegate: new BatchSpanProcessor({ exporter: spanExporter, maxQueueSize: 100_000 }),
    }),
  ],
});
const w3c = new W3CTraceContextPropagator();
const propagator = captures ? createTokenPropagator({ delegate: w3c }) : w3c;
const tracer = tracing.getTracer("web");
const logger = logging.getLogger("web");
const records = emittedRecords(0);
let emitted = 0;

function log(severityNumber: number, context: Context): void {
  if (!logger.enabled({ severityNumber, context })) return;
  const { body, attributes } = records[emitted++ % records.length]!;
  logger.emit({ severityNumber, body, attributes, context });
}

const server = createServer((request, response) => {
  const parent = propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter);
  const attributes = { "http.request.method": request.method!, "url.path": request.url! };
  const span = tracer.startSpan("GET", { kind: SpanKind.SERVER, attributes }, parent);
  const context = trace.setSpan(parent, span);
  for (let i = 0; i < DEBUG_RECORDS; i++) log(DEBUG, context);
  for (let i = 0; i < INFO_RECORDS; i++) log(INFO, context);
  response.writeHead(200, { "content-type": "application/json" }).end('{"status":"paid"}');
  span.end();
});
server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send!(user + system);
});
process.on("disconnect", () => process.exit());
