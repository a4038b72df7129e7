import { setTimeout as sleep } from "node:timers/promises";
import type { ExportResult } from "@opentelemetry/core";
import { OTLPLogExporter as GrpcLogs } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as JsonLogs } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtoLogs } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as GrpcMetrics } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { OTLPMetricExporter as JsonMetrics } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtoMetrics } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as GrpcTraces } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonTraces } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoTraces } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { type IssuedRecord, issuedRecord } from "../records/issued-record.ts";
import { itemsOf } from "../records/items-of.ts";
import { countingSent } from "./count-sent.ts";
import type { LaneContext, SdkLane } from "./lane.ts";

interface SdkExporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

/** ExportResultCode.SUCCESS */
const SUCCESS = 0;

/** Issues records as an application does: an SDK, its batching, its exporter with its retries. */
export async function runSdkLane(lane: SdkLane, context: LaneContext): Promise<void> {
  const { journal, random, stop } = context;
  const emitter = EMITTERS[lane.signal](lane, context);
  let sinceFlush = 0;
  while (!stop.aborted) {
    emitter.emit(issuedRecord(journal.nextNumber(), lane.padding));
    sinceFlush++;
    if (emitter.flush !== undefined && sinceFlush >= lane.records_per_request) {
      await emitter.flush().catch(() => undefined); // the journal has what became of it
      sinceFlush = 0;
    }
    await sleep(random.int(0, 2 * lane.pace_ms), undefined, { signal: stop }).catch(() => undefined);
  }
  await emitter.shutdown().catch(() => undefined);
}

interface Emitter {
  emit(record: IssuedRecord): void;
  /** Where the SDK sends nothing by itself often enough. */
  flush?(): Promise<void>;
  shutdown(): Promise<void>;
}

const EMITTERS: Readonly<Record<SdkLane["signal"], (lane: SdkLane, context: LaneContext) => Emitter>> = {
  logs(lane, context) {
    const exporter = new { "sdk/json": JsonLogs, "sdk/protobuf": ProtoLogs, "sdk/grpc": GrpcLogs }[
      lane.client
    ](optionsOf(lane, context));
    journaled(exporter, ProtobufLogsSerializer.serializeRequest, lane, context);
    const processor = new BatchLogRecordProcessor({ exporter, ...batchingOf(lane) });
    const provider = new LoggerProvider({ resource: resourceOf(lane), processors: [processor] });
    const logger = provider.getLogger("oracle", "1.0");
    return {
      emit({ number, sentence, attributes }) {
        const body = number % 3 === 0 ? { text: sentence, step: number } : sentence;
        logger.emit({ severityNumber: 9, body, attributes });
      },
      shutdown: () => provider.shutdown(),
    };
  },
  traces(lane, context) {
    const exporter = new { "sdk/json": JsonTraces, "sdk/protobuf": ProtoTraces, "sdk/grpc": GrpcTraces }[
      lane.client
    ](optionsOf(lane, context));
    journaled(exporter, ProtobufTraceSerializer.serializeRequest, lane, context);
    const processor = new BatchSpanProcessor({ exporter, ...batchingOf(lane) });
    const provider = new TracerProvider({ resource: resourceOf(lane), spanProcessors: [processor] });
    const tracer = provider.getTracer("oracle", "1.0");
    return {
      emit({ sentence, attributes }) {
        const span = tracer.startSpan("step", { attributes });
        span.addEvent(sentence);
        span.end();
      },
      shutdown: () => provider.shutdown(),
    };
  },
  metrics(lane, context) {
    const exporter = new { "sdk/json": JsonMetrics, "sdk/protobuf": ProtoMetrics, "sdk/grpc": GrpcMetrics }[
      lane.client
    ]({
      ...optionsOf(lane, context),
      temporalityPreference: AggregationTemporality.DELTA, // each point is exported once
    });
    journaled(exporter, ProtobufMetricsSerializer.serializeRequest, lane, context);
    const reader = new PeriodicExportingMetricReader({
      exporter,
      exportIntervalMillis: 60_000,
      exportTimeoutMillis: 60_000,
    });
    const provider = new MeterProvider({ resource: resourceOf(lane), readers: [reader] });
    const counter = provider.getMeter("oracle", "1.0").createCounter("steps");
    return {
      emit: ({ attributes }) => counter.add(1, attributes),
      flush: () => reader.forceFlush(),
      shutdown: () => provider.shutdown(),
    };
  },
};

const PATHS: Readonly<Record<SdkLane["signal"], string>> = {
  logs: "/v1/logs",
  traces: "/v1/traces",
  metrics: "/v1/metrics",
};

function optionsOf(lane: SdkLane, { ports }: LaneContext) {
  const isGrpc = lane.client === "sdk/grpc";
  return {
    url: isGrpc ? `http://127.0.0.1:${ports.grpc}` : `http://127.0.0.1:${ports.http}${PATHS[lane.signal]}`,
    compression: lane.compression as never, // an enum of a package that isn't ours to import
    timeoutMillis: lane.timeout_ms,
    ...(isGrpc ? {} : { httpAgentOptions: { keepAlive: true } }),
  };
}

function batchingOf(lane: SdkLane) {
  return {
    scheduledDelayMillis: Math.max(20, lane.pace_ms * lane.records_per_request),
    maxExportBatchSize: lane.records_per_request,
    maxQueueSize: 2_048,
    exportTimeoutMillis: 60_000, // the exporter's own timeout ends it
  };
}

function resourceOf(lane: SdkLane) {
  return resourceFromAttributes({ "service.name": "oracle", "service.instance.id": lane.name });
}

/** Has an exporter note in the journal what it is given and what it says became of it. */
function journaled<Items>(
  exporter: SdkExporter<Items>,
  serialize: (items: Items) => Uint8Array | undefined,
  lane: SdkLane,
  { journal }: LaneContext,
): void {
  const send = exporter.export.bind(exporter);
  exporter.export = (items, done) => {
    const bytes = Buffer.from(serialize(items) ?? []);
    const numbers = itemsOf(lane.signal, bytes).map(({ number }) => number!);
    if (numbers.length === 0) {
      send(items, done);
      return;
    }
    const request = journal.begin(lane.name, lane.signal, numbers, bytes);
    const end = (result: ExportResult) => {
      // An exporter's failure may be a refusal or no answer at all, after several tries: it doesn't tell.
      journal.end(request, result.code === SUCCESS ? "acknowledged" : "unanswered");
      done(result);
    };
    countingSent(request, () => send(items, end));
  };
}
