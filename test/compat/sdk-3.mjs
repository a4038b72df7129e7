import { logs } from "@opentelemetry/api";

export * from "@opentelemetry/otlp-transformer";
export { resourceFromAttributes } from "@opentelemetry/resources";
export * from "@opentelemetry/sdk-logs";
export { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

export const NAME = "SDK 3.x";
export const LOGS_API = "@opentelemetry/api";
export const LOGS = "@opentelemetry/sdk-logs";
export const API = /^1\.10\./;
/** The api of logs that the SDK registers itself in. */
export const logsApi = logs;
export const BRIDGE = "bridged";
export const processorOptions = (exporter) => ({ exporter });
export const spanProcessorOptions = (exporter) => ({ exporter });
/** Places of the SDK's own interfaces that it keeps to itself. */
export const KEPT = { "log records": [], spans: [] };
