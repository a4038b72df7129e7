/**
 * Sets up logging for each program of this folder: `node --import ./telemetry.ts pino.ts`. What a logger says goes through its
 * instrumentation to the OpenTelemetry SDK, through the redacting processor, and to the exporter.
 */
import { logs, SeverityNumber } from "@opentelemetry/api";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { BunyanInstrumentation } from "@opentelemetry/instrumentation-bunyan";
import { ConsoleInstrumentation } from "@opentelemetry/instrumentation-console";
import { PinoInstrumentation } from "@opentelemetry/instrumentation-pino";
import { WinstonInstrumentation } from "@opentelemetry/instrumentation-winston";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  bridgeApiLogs,
  createRedactingLogRecordExporter,
  createRedactingLogRecordProcessor,
} from "@scrim/otel";
import { register } from "import-in-the-middle/register-hooks.mjs";
import { printingExporter } from "./printing-exporter.ts";
import { createSeverityFilter } from "./severity-filter.ts";

// Lets instrumentations patch what is imported, as they patch what is required.
register({ include: ["bunyan", "pino", "winston"] });
// The transport for winston and the instrumentation of the console still log to the api of the SDK before 3.0.
bridgeApiLogs();

const exporter = createRedactingLogRecordExporter({ delegate: printingExporter }); // yours: OTLP
const delegate = new SimpleLogRecordProcessor({ exporter }); // yours: a batch processor
const filter = createSeverityFilter({
  minimum: Number(process.env.MINIMUM_SEVERITY ?? SeverityNumber.DEBUG),
  delegate: createRedactingLogRecordProcessor({ delegate }),
});
logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [filter] }));

registerInstrumentations({
  instrumentations: [
    new BunyanInstrumentation({ logSeverity: SeverityNumber.TRACE }), // else the level of the logger's own output
    new ConsoleInstrumentation(),
    new PinoInstrumentation(),
    new WinstonInstrumentation(),
  ],
});
