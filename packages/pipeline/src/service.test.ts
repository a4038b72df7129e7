import { OperatingError } from "@scrim/errors";
import { encodeRequest, type Signal } from "@scrim/wire";
import { expect, test } from "vitest";
import { type TestBehaviour, testComponents } from "../testing/components.ts";
import { type Batch, createBatch } from "./batch.ts";
import { viewOf } from "./batch-view.ts";
import type { Keeper } from "./component.ts";
import { parseConfig } from "./config/config.ts";
import { componentTable } from "./graph/component-table.ts";
import { endInQueue } from "./graph/pipeline-end.ts";
import { planGraph } from "./graph/plan-graph.ts";
import { buildService } from "./service.ts";
import type { MetricDefinition } from "./telemetry/metric-definition.ts";
import { MetricRegistry } from "./telemetry/metric-registry.ts";
import * as pipelineMetrics from "./telemetry/pipeline-metrics.ts";

const LOGS = { receivers: ["in"], processors: ["policy", "step"], exporters: ["out"], ack: "delivered" };

async function start(behaviour: TestBehaviour, pipelines: object = { logs: LOGS }, service: object = {}) {
  const { components, events, consumer } = testComponents(behaviour);
  const config = {
    receivers: { in: null },
    processors: { policy: null, step: null },
    exporters: { out: null, "out/2": null },
    service: { pipelines, ...service },
  };
  const metrics = new MetricRegistry();
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message) };
  const plan = planGraph(parseConfig(config, {}), componentTable(components));
  const built = await buildService(plan, { baseDir: ".", log, metrics, print: () => {} });
  return {
    service: built,
    events,
    metrics,
    warnings,
    send: (batch: Batch) => consumer(batch.signal)(batch, "test"),
  };
}

function batchOf(items: number, signal: Signal = "logs"): Batch {
  const record = { body: { stringValue: "x" } };
  const trees = {
    logs: { resourceLogs: [{ scopeLogs: [{ logRecords: Array(items).fill(record) }] }] },
    traces: { resourceSpans: [{ scopeSpans: [{ spans: Array(items).fill({ name: "x" }) }] }] },
    metrics: {},
    profiles: {},
  };
  return createBatch(signal, encodeRequest(signal, trees[signal]), { address: undefined });
}

test("exporters start first and receivers last; they shut down the other way round", async () => {
  const { service, events } = await start({});
  await service.start();
  expect(events.splice(0)).toEqual([
    "start extensions.health_check",
    "start exporters.out",
    "start processors.policy",
    "start processors.step",
    "start receivers.in",
    "ready true",
  ]);
  expect(service.endpoints()).toEqual({ "receivers.in": { test: "here" } });
  await service.shutdown();
  expect(events[0]).toBe("ready false");
  expect(events.slice(1)).toEqual([
    "shutdown receivers.in",
    "shutdown processors.step",
    "shutdown processors.policy",
    "shutdown exporters.out",
    "shutdown extensions.health_check",
  ]);
});

test("a component that can't start shuts all down, and the error names it", async () => {
  const { service, events } = await start({
    startExtension() {
      throw new Error("no luck");
    },
  });
  await expect(service.start()).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "extensions.health_check",
  });
  expect(events).toContain("shutdown receivers.in");
});

test("a batch goes to every pipeline of its signal and every exporter, as the same bytes", async () => {
  const seen: Buffer[] = [];
  const { send, events } = await start(
    {
      export(batch) {
        seen.push(batch.bytes);
        return { status: "delivered", rejected: 0 };
      },
    },
    {
      logs: { ...LOGS, exporters: ["out", "out/2"] },
      "logs/2": { ...LOGS, exporters: ["out"] },
      traces: LOGS,
    },
  );
  const batch = batchOf(3);
  expect(await send(batch)).toEqual({ status: "delivered", rejected: 0, reason: "" });
  expect(events).toEqual(["export out logs 3", "export out/2 logs 3", "export out logs 3"]);
  expect(seen.every((bytes) => bytes === batch.bytes)).toBe(true);
});

const OUTCOMES: readonly [name: string, behaviour: TestBehaviour, outcome: object, counted: object][] = [
  ["delivered", {}, { status: "delivered", rejected: 0 }, { delivered: 4 }],
  [
    "dropped by a processor",
    { process: () => ({ reason: "over_quota" }) },
    { status: "delivered", rejected: 4, reason: "over_quota" },
    { over_quota: 4 },
  ],
  [
    "dropped for a reason that might be data",
    { process: () => ({ reason: "jane@example.com" }) },
    { status: "delivered", rejected: 4, reason: "other" },
    { other: 4 },
  ],
  [
    "filtered",
    { process: () => batchOf(1) },
    { status: "delivered", rejected: 0 },
    { delivered: 1, filtered: 3 },
  ],
  [
    "filtered to nothing",
    { process: () => batchOf(0) },
    { status: "delivered", rejected: 0 },
    { filtered: 4 },
  ],
  [
    "sifted, some for a reason, some held, and some without a word",
    {
      process: () => ({ batch: batchOf(0), dropped: new Map([["over_quota", 1]]), held: 2 }),
    },
    { status: "delivered", rejected: 0 },
    { over_quota: 1, held: 2, filtered: 1 },
  ],
  [
    "sifted for a reason that might be data",
    {
      process: () => ({ batch: batchOf(3), dropped: new Map([["jane@example.com", 1]]), held: 0 }),
    },
    { status: "delivered", rejected: 0 },
    { other: 1, delivered: 3 },
  ],
  [
    "sifted, and then not delivered",
    {
      process: () => ({ batch: batchOf(1), dropped: new Map([["over_quota", 1]]), held: 2 }),
      export: () => ({ status: "failed", retryable: true, reason: "down" }),
    },
    { status: "failed" },
    { failed: 4 },
  ],
  [
    "let through with a warning",
    { process: (batch) => ({ ...batch, warning: "mind the gap" }) },
    { status: "delivered", rejected: 0, warning: "mind the gap" },
    { delivered: 4 },
  ],
  ["added to", { process: () => batchOf(6) }, { status: "delivered" }, { added: 2, delivered: 6 }],
  [
    "rejected in part by the destination",
    { export: () => ({ status: "delivered", rejected: 3 }) },
    { status: "delivered", rejected: 3, reason: "rejected_by_destination" },
    { delivered: 1, rejected_by_destination: 3 },
  ],
  [
    "rejected more than there was",
    { export: () => ({ status: "delivered", rejected: 1_000 }) },
    { status: "delivered", rejected: 4 },
    { rejected_by_destination: 4 },
  ],
  [
    "failed for now",
    { export: () => ({ status: "failed", retryable: true, reason: "down", retry_after_ms: 7 }) },
    { status: "failed", retryable: true, retry_after_ms: 7 },
    { failed: 4 },
  ],
  [
    "failed for good",
    { export: () => ({ status: "failed", retryable: false, reason: "refused" }) },
    { status: "failed", retryable: false },
    { failed: 4 },
  ],
  [
    "an exporter that throws",
    {
      export() {
        throw new Error("oops");
      },
    },
    { status: "failed", retryable: true },
    { failed: 4 },
  ],
  [
    "a processor that throws",
    {
      process() {
        throw new Error("oops");
      },
    },
    { status: "failed", retryable: true },
    { failed: 4 },
  ],
  [
    "a batch that a processor can't read",
    {
      process() {
        throw new OperatingError("WIRE_MALFORMED", "not protobuf", { path: "byte 1" });
      },
    },
    { status: "invalid", error: expect.objectContaining({ code: "WIRE_MALFORMED" }) },
    { failed: 4 },
  ],
];

test.each(OUTCOMES)(
  "48, 124: %s: the client is told, and every item is counted where it ended",
  async (_, behaviour, outcome, counted) => {
    const { send, metrics } = await start(behaviour);
    expect(await send(batchOf(4))).toMatchObject(outcome);
    const pipeline = "logs";
    const dropped = ["over_quota", "other", "filtered", "rejected_by_destination"].map(
      (reason) =>
        [reason, metrics.value(pipelineMetrics.PIPELINE_DROPPED_ITEMS, { pipeline, reason })] as const,
    );
    const counts = {
      added: metrics.value(pipelineMetrics.PIPELINE_ADDED_ITEMS, { pipeline }),
      delivered: metrics.value(pipelineMetrics.PIPELINE_DELIVERED_ITEMS, { pipeline }),
      failed: metrics.value(pipelineMetrics.PIPELINE_FAILED_ITEMS, { pipeline }),
      held: metrics.value(pipelineMetrics.PIPELINE_HELD_ITEMS, { pipeline }),
      ...Object.fromEntries(dropped),
    };
    expect(Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0))).toEqual(counted);
    const { added, ...ends } = counts;
    expect(Object.values(ends).reduce((a, b) => a + b)).toBe(4 + added);
  },
);

test("a pipeline with a queue in memory: queued, and from there on the exporter's", async () => {
  const { service, send, metrics, events } = await start({}, { logs: { ...LOGS, ack: "memory" } });
  await service.start();
  expect(await send(batchOf(4))).toMatchObject({ status: "delivered", rejected: 0 });
  expect(metrics.value(pipelineMetrics.PIPELINE_QUEUED_ITEMS, { pipeline: "logs" })).toBe(4);
  expect(metrics.sum(pipelineMetrics.PIPELINE_DELIVERED_ITEMS)).toBe(0);
  expect(metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter: "out" })).toBe(4);
  await service.shutdown();
  expect(events).toContain("export out logs 4");
  expect(events.indexOf("export out logs 4")).toBeLessThan(events.indexOf("shutdown exporters.out"));
  expect(metrics.value(pipelineMetrics.EXPORTER_SENT.logs, { exporter: "out" })).toBe(4);
  expect(metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter: "out" })).toBe(0);
});

test("a durable pipeline without a spool does not start", async () => {
  const { ack: _, ...durable } = LOGS;
  await expect(start({}, { logs: durable })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "service.pipelines.logs.ack",
  });
});

test.each([
  ["full", "queue_full", new OperatingError("QUEUE_FULL", "no room")],
  ["failing", "queue_failed", new OperatingError("QUEUE_FAILED", "no disk")],
  ["broken", "queue_failed", new TypeError("oops")],
])(
  "a queue that is %s is a passing fault to the client, and its items have failed",
  async (_, reason, error) => {
    const queue = { append: () => Promise.reject(error), outlet: () => undefined as never };
    const metrics = new MetricRegistry();
    const log = { info: () => {}, warn: () => {} };
    const end = endInQueue("logs", queue, ["out"], { metrics, log });
    expect(await end.accept(batchOf(3))).toEqual({
      status: "failed",
      retryable: true,
      reason,
      retry_after_ms: 0,
    });
    expect(metrics.value(pipelineMetrics.EXPORTER_ENQUEUE_FAILED.logs, { exporter: "out" })).toBe(3);
    expect(metrics.sum(pipelineMetrics.EXPORTER_ENQUEUED_ITEMS)).toBe(0);
  },
);

/** A processor that holds every record, and an exporter that answers as `delivers` says. */
async function startHolding(delivers: () => boolean, pipelines?: object) {
  const settled: boolean[] = [];
  const keepers: (Keeper | undefined)[] = [];
  const started = await start(
    {
      keep: (keeper) => void keepers.push(keeper),
      process: ({ items }) => ({
        batch: batchOf(0),
        dropped: new Map(),
        held: items,
        settled: (isDelivered) => void settled.push(isDelivered),
      }),
      export: () =>
        delivers()
          ? { status: "delivered", rejected: 0 }
          : { status: "failed", retryable: true, reason: "down" },
    },
    pipelines,
  );
  const count = (metric: MetricDefinition<"pipeline">) => started.metrics.value(metric, { pipeline: "logs" });
  return { ...started, settled, keeper: keepers[0], count };
}

test("held items are counted until they are released or dropped", async () => {
  let isUp = false;
  const { send, settled, keeper, count, events, metrics } = await startHolding(() => isUp);
  await send(batchOf(5));
  expect([settled, count(pipelineMetrics.PIPELINE_HELD_ITEMS)]).toEqual([[true], 5]);
  expect(await keeper!.release(batchOf(3))).toMatchObject({ status: "failed", retryable: true });
  expect(count(pipelineMetrics.PIPELINE_HELD_ITEMS)).toBe(5);
  isUp = true;
  expect(await keeper!.release(batchOf(3))).toMatchObject({ status: "delivered" });
  keeper!.drop(1, "too_old");
  expect(events).toEqual(["export out logs 3", "export out logs 3"]);
  expect(count(pipelineMetrics.PIPELINE_HELD_ITEMS)).toBe(1);
  expect(count(pipelineMetrics.PIPELINE_DELIVERED_ITEMS)).toBe(3);
  expect(count(pipelineMetrics.PIPELINE_FAILED_ITEMS)).toBe(0);
  const tooOld = { pipeline: "logs", reason: "too_old" };
  expect(metrics.value(pipelineMetrics.PIPELINE_DROPPED_ITEMS, tooOld)).toBe(1);
});

test("who keeps items has one pipeline of their signal", async () => {
  const { keeper } = await startHolding(() => true, { traces: LOGS });
  expect(keeper).toBeUndefined();
  await expect(startHolding(() => true, { logs: LOGS, "logs/2": LOGS })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    path: "processors.step",
  });
});

test("the worst way decides what the client is told, and a retry comes before a refusal", async () => {
  const { send, metrics } = await start(
    {
      export: (_, id) =>
        id === "out"
          ? { status: "failed", retryable: false, reason: "refused" }
          : { status: "failed", retryable: true, reason: "down" },
    },
    { logs: { ...LOGS, exporters: ["out", "out/2"] } },
  );
  expect(await send(batchOf(1))).toMatchObject({ status: "failed", retryable: true });
  const refused = metrics.value(pipelineMetrics.RECEIVER_REFUSED.logs, { receiver: "in", transport: "test" });
  expect(refused).toBe(1);
});

test("an unredacted pipeline is warned about and counted", async () => {
  const { warnings, metrics } = await start(
    {},
    { logs: { ...LOGS, processors: [] }, traces: LOGS },
    { allow_unredacted: true },
  );
  expect(warnings.filter((warning) => warning.includes("unredacted"))).toEqual([
    "service.pipelines.logs: data may leave unredacted, as service.allow_unredacted says",
  ]);
  expect(metrics.value(pipelineMetrics.PIPELINE_UNREDACTED, { pipeline: "logs" })).toBe(1);
  expect(metrics.value(pipelineMetrics.PIPELINE_UNREDACTED, { pipeline: "traces" })).toBe(0);
});

test("a view decodes late, and makes a new batch only where something changed", () => {
  const batch = batchOf(3);
  expect(viewOf(batch).map(({ item }) => item)).toBe(batch);
  let nth = 0;
  const fewer = viewOf(batch).map(({ item }) => (nth++ === 1 ? undefined : item));
  expect([fewer.items, fewer.bytes.equals(batchOf(2).bytes)]).toEqual([2, true]);
  const { tree } = viewOf(batch);
  expect(viewOf(batch).with({ ...tree }).bytes).toEqual(batch.bytes);
  expect([...viewOf(batch).items()]).toHaveLength(3);
  const broken = { ...batch, bytes: Buffer.from("0a7f", "hex") };
  expect(() => viewOf(broken)).not.toThrow();
  expect(() => viewOf(broken).tree).toThrow(OperatingError);
});
