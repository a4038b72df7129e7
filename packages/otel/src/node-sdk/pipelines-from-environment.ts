import { diag } from "@opentelemetry/api";
import type { ExporterLike } from "../redacting-exporters.ts";
import type { LogRecordProcessorLike } from "../redacting-log-record-processor.ts";
import type { MetricReaderLike } from "../redacting-metric-reader.ts";
import type { SpanProcessorLike } from "../redacting-span-processor.ts";
import type { LogRecordLike, SpanLike } from "../sdk-types.ts";
import { listOf, numberOf, textOf } from "./environment.ts";
import type { SdkPackages } from "./sdk-packages.ts";

/*
 * What NodeSDK would build of OTEL_* itself, where nobody could come between: the same classes, from the copies that it
 * depends on (specification/configuration/sdk-environment-variables.md).
 */

type Built<Thing> = new (options?: object) => Thing;

/** Packages of OTLP exporters by protocol. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  grpc: "grpc",
  "http/json": "http",
  "http/protobuf": "proto",
};
const DEFAULT_PROTOCOL = "http/protobuf";

interface LogsSdk {
  readonly BatchLogRecordProcessor: Built<LogRecordProcessorLike>;
  readonly SimpleLogRecordProcessor: Built<LogRecordProcessorLike>;
  readonly ConsoleLogRecordExporter: Built<ExporterLike<LogRecordLike>>;
}

/** Processors of log records by `OTEL_LOGS_EXPORTER`; undefined where it asks for none. */
export function logRecordProcessorsFromEnvironment(sdk: SdkPackages): LogRecordProcessorLike[] | undefined {
  const names = exporterNames("OTEL_LOGS_EXPORTER");
  if (names.includes("none")) return undefined;
  const { BatchLogRecordProcessor, SimpleLogRecordProcessor, ConsoleLogRecordExporter } =
    sdk.load<LogsSdk>("@opentelemetry/sdk-logs");
  return names.flatMap((name) => {
    if (name === "console") return new SimpleLogRecordProcessor({ exporter: new ConsoleLogRecordExporter() });
    if (name !== "otlp") return unknown("OTEL_LOGS_EXPORTER", "otlp, console, none");
    const exporter = otlpExporter(sdk, "logs", "OTLPLogExporter");
    return new BatchLogRecordProcessor({ exporter, ...batchOptions("OTEL_BLRP") });
  });
}

interface TraceSdk {
  readonly BatchSpanProcessor: Built<SpanProcessorLike>;
  readonly SimpleSpanProcessor: Built<SpanProcessorLike>;
  readonly ConsoleSpanExporter: Built<ExporterLike<SpanLike>>;
}

/** Processors of spans by `OTEL_TRACES_EXPORTER`; undefined where it asks for none. */
export function spanProcessorsFromEnvironment(sdk: SdkPackages): SpanProcessorLike[] | undefined {
  const names = exporterNames("OTEL_TRACES_EXPORTER");
  if (names.includes("none")) return undefined;
  const { SimpleSpanProcessor, ConsoleSpanExporter } = traceSdk(sdk);
  return names.flatMap((name) => {
    if (name === "console") return new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() });
    if (name === "otlp") return batchSpanProcessor(sdk, otlpExporter(sdk, "trace", "OTLPTraceExporter"));
    if (name !== "zipkin") return unknown("OTEL_TRACES_EXPORTER", "otlp, zipkin, console, none");
    const { ZipkinExporter } = sdk.load<{ readonly ZipkinExporter: Built<ExporterLike<SpanLike>> }>(
      "@opentelemetry/exporter-zipkin",
    );
    return batchSpanProcessor(sdk, new ZipkinExporter());
  });
}

/** A batch processor with the settings of `OTEL_BSP_*`. */
export function batchSpanProcessor(sdk: SdkPackages, exporter: ExporterLike<SpanLike>): SpanProcessorLike {
  return new (traceSdk(sdk).BatchSpanProcessor)({ exporter, ...batchOptions("OTEL_BSP") });
}

function traceSdk(sdk: SdkPackages): TraceSdk {
  return sdk.load<TraceSdk>("@opentelemetry/sdk-trace");
}

interface MetricsSdk {
  readonly PeriodicExportingMetricReader: Built<MetricReaderLike>;
  readonly ConsoleMetricExporter: Built<object>;
}

/** Readers of metrics by `OTEL_METRICS_EXPORTER`; none where it asks for none. */
export function metricReadersFromEnvironment(sdk: SdkPackages): MetricReaderLike[] {
  const names = exporterNames("OTEL_METRICS_EXPORTER");
  if (names.includes("none")) return [];
  const { PeriodicExportingMetricReader, ConsoleMetricExporter } = sdk.load<MetricsSdk>(
    "@opentelemetry/sdk-metrics",
  );
  const periodic = (exporter: object) =>
    new PeriodicExportingMetricReader({ exporter, ...periodicOptions() });
  return names.flatMap((name) => {
    if (name === "console") return periodic(new ConsoleMetricExporter());
    if (name === "otlp") return periodic(otlpExporter(sdk, "metrics", "OTLPMetricExporter"));
    if (name === "prometheus") return prometheusReader(sdk);
    return unknown("OTEL_METRICS_EXPORTER", "otlp, prometheus, console, none");
  });
}

function prometheusReader(sdk: SdkPackages): MetricReaderLike {
  const { PrometheusExporter } = sdk.load<{ readonly PrometheusExporter: Built<MetricReaderLike> }>(
    "@opentelemetry/exporter-prometheus",
  );
  const host = textOf("OTEL_EXPORTER_PROMETHEUS_HOST");
  return new PrometheusExporter(given({ host, port: numberOf("OTEL_EXPORTER_PROMETHEUS_PORT") }));
}

function exporterNames(variable: string): readonly string[] {
  const names = listOf(variable);
  return names.length === 0 ? ["otlp"] : names;
}

function unknown(variable: string, known: string): [] {
  diag.warn(`scrim: ${variable} names an exporter that is not known, and is ignored. Known are: ${known}`);
  return [];
}

function otlpExporter<Exporter>(
  sdk: SdkPackages,
  signal: "logs" | "trace" | "metrics",
  className: string,
): Exporter {
  const prefix = `OTEL_EXPORTER_OTLP_${signal === "trace" ? "TRACES" : signal.toUpperCase()}`;
  const protocol = textOf(`${prefix}_PROTOCOL`) ?? textOf("OTEL_EXPORTER_OTLP_PROTOCOL") ?? DEFAULT_PROTOCOL;
  if (PROTOCOLS[protocol] === undefined) {
    diag.warn(`scrim: the protocol that OTLP is asked for is not known; ${DEFAULT_PROTOCOL} is used`);
  }
  const kind = PROTOCOLS[protocol] ?? PROTOCOLS[DEFAULT_PROTOCOL];
  const exports = sdk.load<Readonly<Record<string, Built<Exporter>>>>(
    `@opentelemetry/exporter-${signal}-otlp-${kind}`,
  );
  return new exports[className]!();
}

/** Settings that are not there are left out: the classes have their own. */
function batchOptions(prefix: string): object {
  return given({
    maxQueueSize: numberOf(`${prefix}_MAX_QUEUE_SIZE`),
    scheduledDelayMillis: numberOf(`${prefix}_SCHEDULE_DELAY`),
    exportTimeoutMillis: numberOf(`${prefix}_EXPORT_TIMEOUT`),
    maxExportBatchSize: numberOf(`${prefix}_MAX_EXPORT_BATCH_SIZE`),
  });
}

const EXPORT_INTERVAL_MS = 60_000;
const EXPORT_TIMEOUT_MS = 30_000;

/** The class refuses a timeout past the interval. */
function periodicOptions(): object {
  const exportIntervalMillis = numberOf("OTEL_METRIC_EXPORT_INTERVAL") ?? EXPORT_INTERVAL_MS;
  const timeout = numberOf("OTEL_METRIC_EXPORT_TIMEOUT") ?? EXPORT_TIMEOUT_MS;
  return { exportIntervalMillis, exportTimeoutMillis: Math.min(timeout, exportIntervalMillis) };
}

function given(options: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
