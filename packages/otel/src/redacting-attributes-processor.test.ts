import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { expect, test } from "vitest";
import { createRedactingAttributesProcessor } from "./redacting-attributes-processor.ts";

test("measurements are redacted before they make series", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter });
  const provider = new MeterProvider({
    readers: [reader],
    views: [{ instrumentName: "*", attributesProcessors: [createRedactingAttributesProcessor()] }],
  });
  const orders = provider.getMeter("shop").createCounter("orders");
  orders.add(1, { "user.email": "jane@leak.example", "http.route": "/cart" });
  orders.add(2, { "user.email": "john@leak.example", "http.route": "/cart" });
  orders.add(4, { "http.route": "/pay" });
  await reader.forceFlush();
  const points = exporter.getMetrics()[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints;
  expect(points?.map(({ attributes, value }) => [attributes, value])).toEqual([
    [{ "user.email": "[REDACTED:direct_identifier]", "http.route": "/cart" }, 3],
    [{ "http.route": "/pay" }, 4],
  ]);
  await provider.shutdown();
});

test("attributes that can't be read leave the measurement without any of them", () => {
  const attributes = Object.defineProperty({}, "bad", {
    get: () => {
      throw new Error("jane@leak.example");
    },
    enumerable: true,
  });
  expect(createRedactingAttributesProcessor().process(attributes)).toEqual({ bad: "[WITHHELD:error]" });
});
