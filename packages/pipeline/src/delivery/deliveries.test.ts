import { encodeRequest } from "@scrim/wire";
import { expect, test } from "vitest";
import { fakeClock } from "../../testing/fake-clock.ts";
import { type Batch, createBatch } from "../batch.ts";
import type { ExportResult } from "../component.ts";
import { MetricRegistry } from "../telemetry/metric-registry.ts";
import * as pipelineMetrics from "../telemetry/pipeline-metrics.ts";
import { deliverNow } from "./deliver-now.ts";
import { Deliveries, type ExporterWays } from "./deliveries.ts";
import { createDestination } from "./destination.ts";
import { createMemoryQueue } from "./memory-queue.ts";

const DELIVERED: ExportResult = { status: "delivered", rejected: 0 };
const DOWN: ExportResult = { status: "failed", retryable: true, reason: "down" };
const SPOOL_BYTES = 1e6;
/** What a destination without settings of its own gets. */
const QUEUE_BYTES = 64 * 2 ** 20;
const IDLE = Promise.resolve();

function logs(items: number): Batch {
  const logRecords = Array.from({ length: items }, () => ({ body: { stringValue: "x" } }));
  const bytes = encodeRequest("logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  return createBatch("logs", bytes, { address: undefined });
}

function create() {
  const [clock, metrics] = [fakeClock(), new MetricRegistry()];
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (line: string) => void warnings.push(line) };
  const store = createMemoryQueue({ bytesMax: () => SPOOL_BYTES, clock });
  const spool = { ...store, deadLetters: { append: async () => {} } };
  const deliveries = new Deliveries({ spool, metrics, log, clock });
  const waysTo = (
    answer: () => ExportResult,
    acks: ExporterWays["acks"] = new Set(["memory"]),
  ): ExporterWays => {
    const destination = createDestination("out", { export: answer }, { metrics, log, clock });
    return {
      destination,
      direct: deliverNow(destination, metrics, clock),
      signals: ["logs"],
      acks,
    };
  };
  deliveries.start();
  return { clock, metrics, deliveries, waysTo, warnings };
}

test("what waits in memory for an exporter that has gone has a little time, and is then dropped, counted and said", async () => {
  const { clock, metrics, deliveries, waysTo, warnings } = create();
  void deliveries.use([waysTo(() => DOWN)], IDLE);
  await deliveries.queue("memory")!.append(logs(3), ["out"]);
  await clock.advance(1_000);
  let isUnused = false;
  void deliveries.use([], IDLE).then(() => {
    isUnused = true;
  });
  await clock.advance(9_000);
  expect(isUnused).toBe(false);
  await clock.advance(2_000);
  expect(isUnused).toBe(true);
  expect(warnings).toContain("exporters.out: 3 items in memory are dropped: exporter_removed");
  const dropped = { exporter: "out", reason: "exporter_removed" };
  expect(metrics.value(pipelineMetrics.EXPORTER_DROPPED_ITEMS, dropped)).toBe(3);
});

test("the size of the queue is that of all queues in which something waits, the capacity that of those that pipelines end in", async () => {
  const { clock, metrics, deliveries, waysTo } = create();
  const sizes = () =>
    [pipelineMetrics.EXPORTER_QUEUE_SIZE, pipelineMetrics.EXPORTER_QUEUE_CAPACITY].map((metric) =>
      metrics.value(metric, { exporter: "out" }),
    );
  let answer: ExportResult = DOWN;
  void deliveries.use([waysTo(() => answer, new Set(["delivered"]))], IDLE);
  expect(metrics.exposition()).not.toContain("otelcol_exporter_queue_size{");
  void deliveries.use([waysTo(() => answer, new Set(["durable"]))], IDLE);
  await deliveries.queue("durable")!.append(logs(3), ["out"]);
  const [one] = sizes();
  expect(one).toBeGreaterThan(logs(3).bytes.length);
  expect(sizes()).toEqual([one, SPOOL_BYTES]);
  void deliveries.use([waysTo(() => answer, new Set(["durable", "memory"]))], IDLE);
  await deliveries.queue("memory")!.append(logs(3), ["out"]);
  expect(sizes()).toEqual([2 * one!, SPOOL_BYTES + QUEUE_BYTES]);
  void deliveries.use([waysTo(() => answer, new Set(["memory"]))], IDLE);
  expect(sizes()).toEqual([2 * one!, QUEUE_BYTES]); // what waits in the spool still does
  answer = DELIVERED;
  await clock.advance(10_000);
  expect(sizes()).toEqual([0, QUEUE_BYTES]);
});

test("what is stored for an exporter that has gone stays, and goes on when it is back", async () => {
  const { clock, metrics, deliveries, waysTo } = create();
  void deliveries.use([waysTo(() => DOWN)], IDLE);
  await deliveries.queue("durable")!.append(logs(3), ["out"]);
  await clock.advance(1_000);
  void deliveries.use([], IDLE);
  await clock.advance(20_000);
  expect(metrics.sum(pipelineMetrics.EXPORTER_DROPPED_ITEMS)).toBe(0);
  void deliveries.use([waysTo(() => DELIVERED)], IDLE);
  await clock.advance(5_000);
  expect(metrics.value(pipelineMetrics.EXPORTER_SENT.logs, { exporter: "out" })).toBe(3);
  expect(metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter: "out" })).toBe(0);
});
