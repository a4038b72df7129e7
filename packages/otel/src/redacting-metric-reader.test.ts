import { JsonMetricsSerializer, ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { expect, test } from "vitest";
import { redactMetricReader } from "./redacting-metric-reader.ts";

const SECRET = "jane@leak.example";

test("names, descriptions, attributes, scope and resource of all instruments leave redacted", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = redactMetricReader(new PeriodicExportingMetricReader({ exporter }));
  const resource = resourceFromAttributes({ "service.name": "shop", owner: SECRET });
  const provider = new MeterProvider({ resource, readers: [reader] });
  const meter = provider.getMeter("shop");
  const attributes = { "user.email": SECRET, "http.route": "/cart" };
  meter.createCounter("orders", { description: `orders of ${SECRET}` }).add(3, attributes);
  meter.createHistogram("duration", { unit: "s" }).record(0.5, attributes);
  meter.createUpDownCounter("carts").add(1, { note: [SECRET, "x"] });
  meter.createObservableGauge("temperature").addCallback((result) => result.observe(7, attributes));
  provider.getMeter(`scope of ${SECRET}`).createCounter("clean").add(1, { "http.route": "/pay" });
  await reader.forceFlush();

  const [collected] = exporter.getMetrics();
  for (const serializer of [JsonMetricsSerializer, ProtobufMetricsSerializer]) {
    expect(Buffer.from(serializer.serializeRequest(collected!)!).includes("jane@")).toBe(false);
  }
  expect(collected?.resource.attributes).toEqual({ "service.name": "shop", owner: "[REDACTED:email]" });
  const scopes = collected!.scopeMetrics.toSorted((a, b) => b.scope.name.localeCompare(a.scope.name));
  const metrics = scopes[0]!.metrics;
  expect(metrics.map(({ descriptor }) => descriptor.description)).toContain("orders of [REDACTED:email]");
  const points = metrics.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints[0]?.attributes]);
  expect(Object.fromEntries(points)).toEqual({
    orders: { "user.email": "[REDACTED:direct_identifier]", "http.route": "/cart" },
    duration: { "user.email": "[REDACTED:direct_identifier]", "http.route": "/cart" },
    carts: { note: ["[REDACTED:email]", "x"] },
    temperature: { "user.email": "[REDACTED:direct_identifier]", "http.route": "/cart" },
  });
  const duration = metrics.find(({ descriptor }) => descriptor.name === "duration");
  expect(duration?.dataPoints[0]?.value).toMatchObject({ count: 1, sum: 0.5 });
  expect(scopes[1]).toMatchObject({
    scope: { name: "scope of [REDACTED:email]" },
    metrics: [
      { descriptor: { name: "clean" }, dataPoints: [{ attributes: { "http.route": "/pay" }, value: 1 }] },
    ],
  });
  await provider.shutdown();
});

test("each point has the limits of a record for itself", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = redactMetricReader(new PeriodicExportingMetricReader({ exporter }));
  const provider = new MeterProvider({ readers: [reader] });
  const counter = provider.getMeter("shop").createCounter("orders");
  const wide = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`key${i}`, `value ${i}`]));
  for (let i = 0; i < 1_900; i++) counter.add(1, { ...wide, series: `s${i}` });
  await reader.forceFlush();
  const points = exporter.getMetrics()[0]!.scopeMetrics[0]!.metrics[0]!.dataPoints;
  expect(points.length).toBe(1_900);
  expect(points.every(({ attributes }) => Object.keys(attributes).length === 41)).toBe(true);
  expect(points[1_899]?.attributes.series).toBe("s1899");
  await provider.shutdown();
});

test("a metric that can't be redacted is left out, and the others are there", async () => {
  const descriptor = { name: "orders", description: "", unit: "" };
  const bad = {
    get descriptor(): never {
      throw new Error(SECRET);
    },
    dataPoints: [],
  };
  const collection = {
    resourceMetrics: {
      resource: { attributes: {} },
      scopeMetrics: [{ scope: { name: "shop" }, metrics: [bad, { descriptor, dataPoints: [] }] }],
    },
    errors: [],
  };
  const reader = redactMetricReader({ collect: async () => collection });
  const { resourceMetrics } = await reader.collect();
  expect(resourceMetrics.scopeMetrics[0]?.metrics.map((metric) => metric.descriptor.name)).toEqual([
    "orders",
  ]);
});

test("what callbacks throw is redacted, since readers print it", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = redactMetricReader(new PeriodicExportingMetricReader({ exporter }));
  const provider = new MeterProvider({ readers: [reader] });
  const meter = provider.getMeter("shop");
  meter.createObservableGauge("queue").addCallback(() => {
    throw new Error(`no queue for ${SECRET}`);
  });
  const { errors } = await reader.collect();
  expect(errors).toEqual([expect.stringContaining("Error: no queue for [REDACTED:email]")]);
  await provider.shutdown();
});
