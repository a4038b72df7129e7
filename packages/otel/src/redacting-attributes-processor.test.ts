import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { compilePolicy, definePolicy } from "@scrim/policy";
import fc from "fast-check";
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

test("a set that came before is looked up, and another policy decides anew", () => {
  const plan = (name: string, attribute: string) =>
    compilePolicy([definePolicy({ version: 1, name, rules: [{ attribute, action: "drop" }] })]);
  const policy = { plan: plan("first", "a") };
  const processor = createRedactingAttributesProcessor({ policy });
  const attributes = { a: "1", b: "2" };
  const first = processor.process(attributes);
  expect(first).toEqual({ b: "2" });
  expect(processor.process({ ...attributes })).toBe(first);
  policy.plan = plan("second", "b");
  expect(processor.process(attributes)).toEqual({ a: "1" });
});

test("no two sets are taken for one another", () => {
  const processor = createRedactingAttributesProcessor();
  const value = fc.oneof(fc.string(), fc.constantFrom("1", "1:a", "true", "s1:"), fc.integer(), fc.boolean());
  const set = fc.dictionary(fc.constantFrom("a", "b", "as1:b", "__proto__"), value, {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(set, (attributes) => {
      expect(processor.process(attributes)).toEqual(createRedactingAttributesProcessor().process(attributes));
    }),
    { numRuns: 50 },
  );
});

test("getters run once", () => {
  let reads = 0;
  const attributes = {
    get a() {
      reads++;
      return "1";
    },
  };
  expect(createRedactingAttributesProcessor().process(attributes)).toEqual({ a: "1" });
  expect(reads).toBe(1);
});
