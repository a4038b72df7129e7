import { logs } from "@opentelemetry/api-logs";

export * from "@opentelemetry/otlp-transformer";
export { resourceFromAttributes } from "@opentelemetry/resources";
export * from "@opentelemetry/sdk-logs";
export {
  BasicTracerProvider as TracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

export const NAME = "SDK 2.x";
export const LOGS_API = "@opentelemetry/api-logs";
export const LOGS = "@opentelemetry/sdk-logs";
export const API = /^1\.9\./;
/** The api of logs that the SDK registers itself in. */
export const logsApi = logs;
export const BRIDGE = "not_needed";
export const processorOptions = (exporter) => ({ exporter });
export const spanProcessorOptions = (exporter) => exporter;
/** Places of the SDK's own interfaces that it keeps to itself: its spans take simple values alone. */
export const KEPT = {
  "log records": [],
  spans: [
    ...["exception cause", "exception cause detail", "exception root cause", "exception detail"],
    ...["span nested", "span nested array", "span bytes"],
  ],
};
