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
export const processorOptions = (exporter) => ({ exporter });
export const spanProcessorOptions = (exporter) => exporter;
