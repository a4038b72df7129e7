/**
 * Sets up `approved.ts` as `telemetry.ts` does the others, with verbose capture and gates in front of the loggers. An application gets its grants signed, from a
 * server or a file (`captureFromEnvironment`), or has all of this by `--import @scrim/otel/register`.
 */
import { context, logs } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { BunyanInstrumentation } from "@opentelemetry/instrumentation-bunyan";
import { ConsoleInstrumentation } from "@opentelemetry/instrumentation-console";
import { PinoInstrumentation } from "@opentelemetry/instrumentation-pino";
import { WinstonInstrumentation } from "@opentelemetry/instrumentation-winston";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { GrantSchema, GrantSet } from "@scrim/grants";
import {
  bridgeApiLogs,
  createRedactingLogRecordExporter,
  createRedactingLogRecordProcessor,
  createVerboseCaptureProcessor,
  gateLoggers,
} from "@scrim/otel";
import { register } from "import-in-the-middle/register-hooks.mjs";
import { printingExporter } from "./printing-exporter.ts";

register({ include: ["bunyan", "pino", "winston"] });
bridgeApiLogs();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

const now = Math.floor(Date.now() / 1000);
const grant = GrantSchema.parse({
  id: "00112233aabbccdd",
  kind: "capture",
  selector: { trace_ids: ["0af7651916cd43dd8448eb211c80319c"] },
  level: "debug",
  not_before: now,
  expires_at: now + 60,
});
const grants = new GrantSet();
grants.replace({
  audience: { service: "shop", environment: "test" },
  version: 1,
  issuedAt: now,
  expiresAt: now + 60,
  grants: [{ grant, key: Buffer.alloc(32, 7) }],
});

const exporter = createRedactingLogRecordExporter({ delegate: printingExporter }); // yours: OTLP
const batch = new SimpleLogRecordProcessor({ exporter }); // yours: a batch processor
const delegate = createVerboseCaptureProcessor({ grants, delegate: batch });
const provider = new LoggerProvider({ processors: [createRedactingLogRecordProcessor({ delegate })] });
logs.setGlobalLoggerProvider(provider);

const instrumentations = [
  new BunyanInstrumentation(),
  new ConsoleInstrumentation(),
  new PinoInstrumentation(),
  new WinstonInstrumentation(),
];
registerInstrumentations({ instrumentations: gateLoggers(instrumentations, { grants }) });
