/** The loggers themselves, once as they are, and once as an application with instrumentations and gates gets them. */
import { createRequire } from "node:module";
import { context, logs, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { BunyanInstrumentation } from "@opentelemetry/instrumentation-bunyan";
import { PinoInstrumentation } from "@opentelemetry/instrumentation-pino";
import { WinstonInstrumentation } from "@opentelemetry/instrumentation-winston";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { type GrantInput, GrantSchema, GrantSet } from "@scrim/grants";
import {
  bridgeApiLogs,
  createRedactingLogRecordProcessor,
  createVerboseCaptureProcessor,
  gateLoggers,
} from "@scrim/otel";

const require = createRequire(import.meta.url);

interface Loggers {
  readonly pino: typeof import("pino");
  readonly winston: typeof import("winston");
  readonly bunyan: typeof import("bunyan");
}

/** A fresh copy of each, through whatever looks into what is required. */
function load(): Loggers {
  for (const file of Object.keys(require.cache))
    if (/\/node_modules\/(?:pino|winston|bunyan)\//.test(file)) delete require.cache[file];
  return { pino: require("pino"), winston: require("winston"), bunyan: require("bunyan") };
}

export const APPROVED = "0af7651916cd43dd8448eb211c80319c";
export const OTHER = "4bf92f3577b34da6a3ce929d0e0e4736";

export const grants = new GrantSet();

/** Puts one grant for the approved trace in force, with changes. */
export function approve(change: Partial<GrantInput> = {}): void {
  const now = Math.floor(Date.now() / 1000);
  const grant = GrantSchema.parse({
    id: "00112233aabbcc00",
    kind: "capture",
    selector: { trace_ids: [APPROVED] },
    level: "trace",
    records_per_s: 10_000,
    not_before: now - 60,
    expires_at: now + 600,
    ...change,
  });
  grants.replace({
    audience: { service: "shop", environment: "test" },
    version: 1,
    issuedAt: now - 60,
    expiresAt: now + 600,
    grants: [{ grant, key: Buffer.alloc(32, 7) }],
  });
}

const exporter = new InMemoryLogRecordExporter();

export interface Sent {
  readonly severity: number | undefined;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What reached the exporter since it was last asked. */
export function sent(): Sent[] {
  const records = exporter.getFinishedLogRecords().map(({ severityNumber, body, attributes }) => {
    const { "scrim.token": _token, ...others } = attributes as Record<string, unknown>;
    return { severity: severityNumber, body, attributes: others };
  });
  exporter.reset();
  return records;
}

export const bodies = (): unknown[] => sent().map(({ body }) => body);

/** Runs as what a trace does. */
export function inTrace<Result>(traceId: string, run: () => Result): Result {
  const spanContext = { traceId, spanId: "b7ad6b7169203331", traceFlags: 1 };
  return context.with(trace.setSpanContext(ROOT_CONTEXT, spanContext), run);
}

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
bridgeApiLogs();
const capture = createVerboseCaptureProcessor({
  grants,
  delegate: new SimpleLogRecordProcessor({ exporter }),
});
logs.setGlobalLoggerProvider(
  new LoggerProvider({ processors: [createRedactingLogRecordProcessor({ delegate: capture })] }),
);

export const plain: Loggers = load();

/** Without the ids of traces in lines, which come with the instrumentations, gate or not. */
const config = { disableLogCorrelation: true };
gateLoggers(
  [new PinoInstrumentation(config), new WinstonInstrumentation(config), new BunyanInstrumentation(config)],
  { grants },
);

export const gated: Loggers = load();
