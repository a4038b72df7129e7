import { metrics } from "@opentelemetry/api";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { compilePolicy, definePolicy } from "@scrim/policy";
import { afterEach, expect, test } from "vitest";
import { createRedactingLogRecordProcessor } from "./redacting-log-record-processor.ts";
import { REDACTION_METRICS } from "./redaction-metrics.ts";

afterEach(() => metrics.disable());

/** A provider, and the values it collects, as `name{attributes}`. */
function meters() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter });
  const provider = new MeterProvider({ readers: [reader] });
  const collected = async (): Promise<Record<string, number>> => {
    exporter.reset();
    await reader.forceFlush();
    const points = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics)
      .flatMap(({ metrics: all }) => all)
      .flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }): [string, number] => [
          `${descriptor.name}{${Object.values(attributes).join(",")}}`,
          value as number,
        ]),
      );
    return Object.fromEntries(points);
  };
  return { provider, collected };
}

/** A record whose event name can't become a text. */
const UNREADABLE = {
  toString: () => {
    throw new Error("jane@shop.example");
  },
} as unknown as string;

test("what redaction does is counted through the given provider", async () => {
  const { provider, collected } = meters();
  const exporter = new InMemoryLogRecordExporter();
  const delegate = new SimpleLogRecordProcessor({ exporter });
  const processor = createRedactingLogRecordProcessor({ delegate, meterProvider: provider });
  const logger = new LoggerProvider({ processors: [processor] }).getLogger("shop");
  logger.emit({ body: "mail to jane@shop.example and john@shop.example" });
  logger.emit({ body: "order 7 sent", attributes: { "user.email": "jane@shop.example" } });
  logger.emit({
    body: {
      get bad() {
        throw new Error("jane@shop.example");
      },
    },
  });
  logger.emit({ eventName: UNREADABLE, body: "jane@shop.example" });

  const values = await collected();
  expect(values["scrim.redaction.duration{logs}"]).toBeGreaterThan(0);
  delete values["scrim.redaction.duration{logs}"];
  expect(values).toEqual({
    "scrim.redaction.engine{re2}": 1,
    "scrim.redaction.items{logs}": 3,
    "scrim.redaction.findings{logs,direct_identifier,mask}": 3,
    "scrim.redaction.withheld{logs,error}": 1,
    "scrim.redaction.stubs{logs}": 1,
    "scrim.redaction.lost{logs}": 0,
  });
  expect(exporter.getFinishedLogRecords()[3]).toMatchObject({
    body: "[WITHHELD:error]",
    attributes: { "redaction.withheld": ["severity_text", "body", "attributes", "event_name"] },
  });
});

test("a delegate that throws loses a record, which is counted", async () => {
  const { provider, collected } = meters();
  const delegate = {
    onEmit: () => {
      throw new Error("full");
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const processor = createRedactingLogRecordProcessor({ delegate, meterProvider: provider });
  new LoggerProvider({ processors: [processor] }).getLogger("shop").emit({ body: "order 7 sent" });
  expect((await collected())["scrim.redaction.lost{logs}"]).toBe(1);
});

test("a global provider that comes later counts from the beginning", async () => {
  const delegate = new SimpleLogRecordProcessor({ exporter: new InMemoryLogRecordExporter() });
  const logger = new LoggerProvider({ processors: [createRedactingLogRecordProcessor({ delegate })] });
  logger.getLogger("shop").emit({ body: "before" });
  const { provider, collected } = meters();
  metrics.setGlobalMeterProvider(provider);
  logger.getLogger("shop").emit({ body: "after" });
  expect((await collected())["scrim.redaction.items{logs}"]).toBe(2);
});

test("another plan of a policy source is in force from the next record on", () => {
  const source = { plan: compilePolicy([definePolicy({ version: 1, name: "first" })]) };
  const exporter = new InMemoryLogRecordExporter();
  const delegate = new SimpleLogRecordProcessor({ exporter });
  const processor = createRedactingLogRecordProcessor({ delegate, policy: source });
  const logger = new LoggerProvider({ processors: [processor] }).getLogger("shop");
  logger.emit({ body: "a", attributes: { "order.id": "o-1" } });
  source.plan = compilePolicy([
    definePolicy({ version: 1, name: "second", rules: [{ attribute: "order.id", action: "mask" }] }),
  ]);
  logger.emit({ body: "b", attributes: { "order.id": "o-1" } });
  expect(exporter.getFinishedLogRecords().map(({ attributes }) => attributes["order.id"])).toEqual([
    "o-1",
    "[REDACTED:content]",
  ]);
});

test("a provider that throws costs no record", () => {
  const provider = {
    getMeter: () => {
      throw new Error("no meters");
    },
  };
  const exporter = new InMemoryLogRecordExporter();
  const delegate = new SimpleLogRecordProcessor({ exporter });
  const processor = createRedactingLogRecordProcessor({ delegate, meterProvider: provider });
  new LoggerProvider({ processors: [processor] }).getLogger("shop").emit({ body: "order 7" });
  expect(exporter.getFinishedLogRecords().map(({ body }) => body)).toEqual(["order 7"]);
});

test("all metrics have the namespace and no attribute that gateways take from strangers", () => {
  for (const { name, attributes } of Object.values(REDACTION_METRICS)) {
    expect(name).toMatch(/^scrim\.redaction\.[a-z_]+$/);
    for (const attribute of attributes) expect(attribute).toMatch(/^redaction\./);
  }
});
