import { logs, metrics, trace } from "@opentelemetry/api";
import { logs as oldLogs } from "@opentelemetry/api-logs";
import { InMemoryLogRecordExporter, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { setUpRedaction } from "../redaction-options.ts";
import { redactBuiltProvider } from "./built-providers.ts";
import { withScrim } from "./with-scrim.ts";

const SECRET = "jane@leak.example";

afterEach(() => {
  vi.unstubAllEnvs();
  trace.disable();
  metrics.disable();
  logs.disable();
  oldLogs.disable();
});

function started(sdk: NodeSDK): NodeSDK {
  sdk.start();
  onTestFinished(() => sdk.shutdown());
  return sdk;
}

test("pipelines that the options name are redacted, with the resource and its command line", async () => {
  vi.stubEnv("OTEL_RESOURCE_ATTRIBUTES", `owner.note=${SECRET}`);
  const logExporter = new InMemoryLogRecordExporter();
  const spanExporter = new InMemorySpanExporter();
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter });
  started(
    new NodeSDK(
      withScrim({
        serviceName: "shop",
        logRecordProcessors: [new SimpleLogRecordProcessor({ exporter: logExporter })],
        spanProcessors: [new SimpleSpanProcessor({ exporter: spanExporter })],
        metricReaders: [reader],
      }),
    ),
  );
  logs.getLogger("shop").emit({ body: `mail to ${SECRET}` });
  oldLogs.getLogger("shop").emit({ body: `old mail to ${SECRET}` });
  trace.getTracer("shop").startSpan(`pay for ${SECRET}`).end();
  metrics.getMeter("shop").createCounter("orders").add(1, { "user.email": SECRET });
  await reader.forceFlush();
  await vi.waitUntil(() => spanExporter.getFinishedSpans().length > 0);

  const [record, old] = logExporter.getFinishedLogRecords();
  const [span] = spanExporter.getFinishedSpans();
  const [collected] = metricExporter.getMetrics();
  expect(record?.body).toBe("mail to [REDACTED:email]");
  expect(old?.body).toBe("old mail to [REDACTED:email]");
  expect(span?.name).toBe("pay for [REDACTED:email]");
  for (const { attributes } of [record!.resource, span!.resource, collected!.resource]) {
    expect(attributes["owner.note"]).toBe("[REDACTED:email]");
    expect(attributes["service.name"]).toBe("shop");
    expect(attributes["process.pid"]).toBe(process.pid);
    for (const gone of ["process.command", "process.command_args", "process.owner"]) {
      expect(attributes[gone]).toBe(undefined);
    }
  }
  const orders = collected!.scopeMetrics.find(({ scope }) => scope.name === "shop")!.metrics[0]!;
  expect(orders.dataPoints[0]?.attributes).toEqual({ "user.email": "[REDACTED:direct_identifier]" });
});

test("a trace exporter gets a batch processor, and views of the application's stay one stream each", async () => {
  const spanExporter = new InMemorySpanExporter();
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter });
  const sdk = started(
    new NodeSDK(
      withScrim({
        autoDetectResources: false,
        logRecordProcessors: [],
        traceExporter: spanExporter,
        metricReaders: [reader],
        views: [{ instrumentName: "orders", name: "shop.orders" }],
      }),
    ),
  );
  trace.getTracer("shop").startSpan(`pay for ${SECRET}`).end();
  const meter = metrics.getMeter("shop");
  meter.createCounter("orders").add(1, { "user.email": SECRET });
  meter.createCounter("carts").add(1, { "user.email": SECRET });
  await reader.forceFlush();
  const names = metricExporter
    .getMetrics()[0]!
    .scopeMetrics.find(({ scope }) => scope.name === "shop")!
    .metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]?.attributes["user.email"]]);
  expect(names).toEqual([
    ["shop.orders", "[REDACTED:direct_identifier]"],
    ["carts", "[REDACTED:direct_identifier]"],
  ]);
  const flushed = vi.spyOn(spanExporter, "export");
  await sdk.shutdown();
  expect(flushed.mock.calls[0]?.[0].map(({ name }) => name)).toEqual(["pay for [REDACTED:email]"]);
});

test("nothing is built where the SDK is disabled", () => {
  vi.stubEnv("OTEL_SDK_DISABLED", "TRUE");
  vi.stubEnv("SCRIM_POLICY_FILE", "/nowhere");
  const options = { serviceName: "shop" };
  expect(withScrim(options)).toBe(options);
});

test("a policy that is not there does not start", () => {
  vi.stubEnv("SCRIM_POLICY_FILE", "/nowhere/policy.yaml");
  expect(() => withScrim()).toThrow("no such file");
});

test.each(["logs", "trace", "metrics"] as const)(
  "a %s provider that is built otherwise is refused",
  (kind) => {
    const setup = setUpRedaction({});
    for (const provider of [{}, { _sharedState: {} }, { _activeSpanProcessor: { _spanProcessors: [{}] } }]) {
      expect(() => redactBuiltProvider(kind, provider, setup)).toThrow("built in an unknown way");
    }
  },
);
