import { gzipSync, zstdCompressSync } from "node:zlib";
import { type Attributes, context, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPLogExporter as GrpcLogs } from "@opentelemetry/exporter-logs-otlp-grpc";
import { OTLPLogExporter as JsonLogs } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtoLogs } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as GrpcMetrics } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { OTLPMetricExporter as JsonMetrics } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPMetricExporter as ProtoMetrics } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as GrpcTraces } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonTraces } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoTraces } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { type Gateway, startGateway } from "@scrim/gateway";
import { type JsonObject, protoToJson, REQUEST_TYPES, SIGNALS, type Signal } from "@scrim/wire";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CANARIES } from "../leak/canaries.ts";
import { plantMessage } from "../leak/plant.ts";
import { type Sink, startSink } from "./sink.ts";

type Options = { url: string; compression: never };

let sink: Sink;
let gateway: Gateway;

beforeAll(async () => {
  sink = await startSink();
  const pipeline = { receivers: ["otlp"], processors: ["policy"], exporters: ["otlphttp"], ack: "delivered" };
  gateway = await startGateway({
    config: {
      receivers: {
        otlp: { protocols: { grpc: { endpoint: "127.0.0.1:0" }, http: { endpoint: "127.0.0.1:0" } } },
      },
      processors: { policy: {} },
      exporters: { otlphttp: { endpoint: sink.url } },
      service: {
        telemetry: { metrics: { level: "none" } },
        pipelines: { logs: pipeline, traces: pipeline, metrics: pipeline, profiles: pipeline },
      },
    },
  });
});
afterAll(async () => {
  await gateway.shutdown();
  await sink.close();
});
beforeEach(() => {
  (sink.received as unknown[]).length = 0;
});

const url = (path: string) => `http://${gateway.endpoints["receivers.otlp"]!.http}${path}`;

const grpcUrl = () => `http://${gateway.endpoints["receivers.otlp"]!.grpc}`;

/** Every canary, each under a key that says nothing. */
function plantedAttributes(from: number): Attributes {
  return Object.fromEntries(
    Object.entries(CANARIES).map(([name, make], n) => [`note.${name}`, make(from + n).text]),
  );
}

const HARMLESS: Attributes = {
  "http.request.method": "POST",
  "order.id": "1234567890123456",
  "trace.copy": "5b8efff798038103d269b633813fc60c",
  "app.version": "4.18.2",
  attempts: 3,
  ratio: 0.25,
  cached: false,
  tags: ["a", "b"],
};

/** No canary is anywhere in what the sink got, in any encoding that it could be read in. */
function expectNoCanary(signal: Signal): JsonObject {
  expect(sink.received.length).toBeGreaterThan(0);
  const bytes = Buffer.concat(sink.received.map(({ body }) => body));
  const text = sink.received.map(({ body }) => protoToJson(signal, body)).join("\n");
  const base64 = [...text.matchAll(/"bytesValue":"([^"]*)"/g)]
    .map(([, value]) => Buffer.from(value!, "base64").toString("latin1"))
    .join("\n");
  for (const make of Object.values(CANARIES)) {
    for (let n = 0; n < 200; n++) {
      const { secret } = make(n);
      for (const haystack of [bytes.toString("latin1"), text, base64])
        expect(haystack.includes(secret), secret).toBe(false);
    }
  }
  return JSON.parse(protoToJson(signal, sink.received[0]!.body)) as JsonObject;
}

function attributesOf(item: JsonObject): Record<string, unknown> {
  const list = item.attributes as unknown as { key: string; value: object }[];
  return Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
}

const HARMLESS_ON_THE_WIRE = {
  "http.request.method": "POST",
  "order.id": "1234567890123456",
  "trace.copy": "5b8efff798038103d269b633813fc60c",
  "app.version": "4.18.2",
  attempts: "3",
  ratio: 0.25,
  cached: false,
  tags: { values: [{ stringValue: "a" }, { stringValue: "b" }] },
};

describe.each([
  ["HTTP/JSON", JsonLogs, JsonTraces, JsonMetrics],
  ["HTTP/protobuf", ProtoLogs, ProtoTraces, ProtoMetrics],
  ["gRPC", GrpcLogs, GrpcTraces, GrpcMetrics],
] as const)("OpenTelemetry JS over %s", (name, Logs, Traces, Metrics) => {
  describe.each(["none", "gzip"])("compression %s", (compression) => {
    const options = (path: string) =>
      ({ url: name === "gRPC" ? grpcUrl() : url(path), compression }) as Options;
    const resource = resourceFromAttributes({
      "service.name": "shop",
      "deployment.note": CANARIES.email!(1).text,
    });

    test("logs", async () => {
      const provider = new LoggerProvider({
        resource,
        processors: [new BatchLogRecordProcessor({ exporter: new Logs(options("/v1/logs")) })],
      });
      const logger = provider.getLogger(`scope ${CANARIES.email!(2).text}`, "1.0");
      logger.emit({
        body: CANARIES.credit_card!(3).text,
        severityNumber: 9,
        attributes: { ...plantedAttributes(10), ...HARMLESS },
      });
      logger.emit({
        body: { user: { email: "jane", note: CANARIES.iban!(4).text }, plain: "stays" },
        eventName: CANARIES.phone!(5).text,
      });
      logger.emit({
        body: "text",
        attributes: { blob: Buffer.from(CANARIES.jwt!(6).text), [CANARIES.email!(7).secret]: 1 },
      });
      logger.emit({ body: "failed", exception: new Error(CANARIES.password!(8).text) });
      await provider.shutdown();

      const { resourceLogs } = expectNoCanary("logs") as unknown as {
        resourceLogs: { scopeLogs: { logRecords: JsonObject[] }[] }[];
      };
      const records = resourceLogs[0]!.scopeLogs[0]!.logRecords;
      expect(records).toHaveLength(4);
      expect(attributesOf(records[0]!)).toMatchObject(HARMLESS_ON_THE_WIRE);
      expect(records[0]!.body).toEqual({ stringValue: "seen [REDACTED:credit_card] here" });
      expect(JSON.stringify(records[1]!.body)).toContain('{"key":"plain","value":{"stringValue":"stays"}}');
    });

    test("traces", async () => {
      const provider = new TracerProvider({
        resource,
        spanProcessors: [new BatchSpanProcessor({ exporter: new Traces(options("/v1/traces")) })],
      });
      const tracer = provider.getTracer("scope");
      const parent = tracer.startSpan(`GET /users/${CANARIES.email!(20).secret}`, {
        attributes: { ...plantedAttributes(30), ...HARMLESS },
      });
      const child = tracer.startSpan(
        "child",
        { links: [{ context: parent.spanContext(), attributes: plantedAttributes(50) }] },
        trace.setSpan(context.active(), parent),
      );
      child.addEvent(CANARIES.aws!(21).text, plantedAttributes(70));
      child.recordException(new Error(CANARIES.url_credentials!(22).text));
      child.setStatus({ code: SpanStatusCode.ERROR, message: CANARIES.bearer!(23).text });
      child.end();
      parent.end();
      await provider.shutdown();

      const { resourceSpans } = expectNoCanary("traces") as unknown as {
        resourceSpans: { scopeSpans: { spans: JsonObject[] }[] }[];
      };
      const spans = resourceSpans[0]!.scopeSpans[0]!.spans;
      expect(spans.map(({ name }) => name).toSorted()).toEqual(["GET /users/[REDACTED:email]", "child"]);
      expect(attributesOf(spans.find(({ name }) => name !== "child")!)).toMatchObject(HARMLESS_ON_THE_WIRE);
      expect(spans.every(({ traceId }) => /^[0-9a-f]{32}$/.test(String(traceId)))).toBe(true);
    });

    test("metrics", async () => {
      const reader = new PeriodicExportingMetricReader({
        exporter: new Metrics(options("/v1/metrics")),
        exportIntervalMillis: 60_000,
      });
      const provider = new MeterProvider({ resource, readers: [reader] });
      const meter = provider.getMeter("scope");
      meter
        .createCounter("orders", { description: CANARIES.us_ssn!(24).text, unit: "1" })
        .add(3, { ...plantedAttributes(90), ...HARMLESS });
      meter.createHistogram("latency").record(12.5, { note: CANARIES.stripe!(25).text });
      await provider.shutdown();

      const { resourceMetrics } = expectNoCanary("metrics") as unknown as {
        resourceMetrics: {
          scopeMetrics: { metrics: { name: string; sum: { dataPoints: JsonObject[] } }[] }[];
        }[];
      };
      const [orders] = resourceMetrics[0]!.scopeMetrics[0]!.metrics;
      expect(orders!.name).toBe("orders");
      expect(attributesOf(orders!.sum.dataPoints[0]!)).toMatchObject(HARMLESS_ON_THE_WIRE);
    });
  });
});

describe("other clients", () => {
  const send = async (signal: Signal, type: string, encoding: string, body: Buffer) => {
    const path = signal === "profiles" ? "/v1development/profiles" : `/v1/${signal}`;
    const response = await fetch(url(path), {
      method: "POST",
      headers: { "content-type": type, ...(encoding !== "" && { "content-encoding": encoding }) },
      body: new Uint8Array(body),
    });
    expect(response.status).toBe(200);
  };
  const ENCODINGS: readonly (readonly [name: string, encode: (body: Buffer) => Buffer])[] = [
    ["", (body) => body],
    ["gzip", gzipSync],
    ["zstd", zstdCompressSync],
  ];

  describe.each(SIGNALS)("%s", (signal) => {
    test.each(ENCODINGS)("protobuf with every text planted, compression '%s'", async (encoding, encode) => {
      let n = 0;
      const makers = Object.values(CANARIES);
      const request = plantMessage(REQUEST_TYPES[signal], () => makers[n++ % makers.length]!(n % 200).text);
      await send(signal, "application/x-protobuf", encoding, encode(request));
      expectNoCanary(signal);
    });

    test.each(ENCODINGS)("JSON with every text planted, compression '%s'", async (encoding, encode) => {
      let n = 0;
      const makers = Object.values(CANARIES);
      const request = plantMessage(REQUEST_TYPES[signal], () => makers[n++ % makers.length]!(n % 200).text);
      await send(signal, "application/json", encoding, encode(Buffer.from(protoToJson(signal, request))));
      expectNoCanary(signal);
    });
  });
});
