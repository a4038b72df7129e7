import { OperatingError } from "@scrim/errors";
import { encodeRequest, type JsonObject, type Signal } from "@scrim/wire";
import { expect, test } from "vitest";
import { type FakeClock, fakeClock } from "../../testing/fake-clock.ts";
import { type Batch, createBatch } from "../batch.ts";
import { viewOf } from "../batch-view.ts";
import type { Attempt, DeliverySettings, Exporter, ExportResult } from "../component.ts";
import type { DeadLetters, Queue } from "../queue.ts";
import { MetricRegistry } from "../telemetry/metric-registry.ts";
import * as pipelineMetrics from "../telemetry/pipeline-metrics.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { createDestination, type Destination } from "./destination.ts";
import { createMemoryQueue } from "./memory-queue.ts";
import { RetryOnFailure } from "./retry.ts";
import { SendingQueue } from "./sending-queue.ts";

const DELIVERED: ExportResult = { status: "delivered", rejected: 0 };
const DOWN: ExportResult = { status: "failed", retryable: true, reason: "down" };
const REFUSED: ExportResult = { status: "failed", retryable: false, reason: "refused" };

type Export = (batch: Batch, attempt: Attempt) => ExportResult | Promise<ExportResult>;

interface Setup {
  readonly queue?: object;
  readonly retry?: object;
  readonly request_bytes_max?: number;
  readonly signals?: readonly Signal[];
  readonly deadLetters?: DeadLetters;
  readonly clock?: FakeClock;
}

interface Started {
  readonly clock: FakeClock;
  readonly metrics: MetricRegistry;
  readonly queue: Queue;
  readonly delivery: Delivery;
  readonly destination: Destination;
  /** Bodies of log records, by request. */
  readonly requests: string[][];
  append(...bodies: readonly string[]): Promise<void>;
}

function start(exportOne: Export, setup: Setup = {}): Started {
  const clock = setup.clock ?? fakeClock();
  const metrics = new MetricRegistry();
  const log = { info: () => {}, warn: () => {} };
  const requests: string[][] = [];
  const delivery: DeliverySettings = {
    retry_on_failure: RetryOnFailure.parse(setup.retry ?? {}),
    sending_queue: SendingQueue.parse(setup.queue ?? {}),
    ...(setup.request_bytes_max !== undefined && { request_bytes_max: setup.request_bytes_max }),
  };
  const exporter: Exporter = {
    delivery,
    export(batch, attempt) {
      requests.push(bodiesOf(batch));
      return exportOne(batch, attempt);
    },
  };
  const destination = createDestination("out", exporter, { metrics, log, clock });
  const queue = createMemoryQueue({ bytesMax: () => delivery.sending_queue.queue_size, clock });
  const made = createDelivery({
    target: { destination, signals: setup.signals ?? ["logs"] },
    outlet: queue.outlet("out"),
    deadLetters: setup.deadLetters,
    metrics,
    log,
    clock,
  });
  made.start();
  return {
    clock,
    metrics,
    queue,
    delivery: made,
    destination,
    requests,
    async append(...bodies) {
      for (const body of bodies) await queue.append(logs(body), ["out"]);
    },
  };
}

/** A batch of log records, one for each word. */
function logs(body: string): Batch {
  const logRecords = body.split(" ").map((word) => ({ body: { stringValue: word } }));
  const bytes = encodeRequest("logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
  return createBatch("logs", bytes, { address: undefined });
}

function bodiesOf(batch: Batch): string[] {
  return [...viewOf(batch).items()].map(({ item }) =>
    String((item.body as JsonObject | undefined)?.stringValue),
  );
}

const count = ({ metrics }: Started, definition: Parameters<MetricRegistry["sum"]>[0]) =>
  metrics.sum(definition);

test("115: batches that come within the time go as one request, in order", async () => {
  const started = start(() => DELIVERED, { queue: { batch: { flush_timeout: "200ms" } } });
  await started.append("a b", "c");
  await started.clock.advance(150);
  await started.append("d");
  await started.clock.advance(49);
  expect(started.requests).toEqual([]);
  await started.clock.advance(1);
  expect(started.requests).toEqual([["a", "b", "c", "d"]]);
  expect(count(started, pipelineMetrics.EXPORTER_SENT.logs)).toBe(4);
  expect([started.delivery.items, started.queue.outlet("out").bytes]).toEqual([0, 0]);
});

test("batches go at once when they have the size, and never past the most", async () => {
  const [one] = [logs("abcdefgh").bytes.length];
  const batch = { flush_timeout: "1m", min_size: `${3 * one}B`, max_size: "1KiB" };
  const started = start(() => DELIVERED, { queue: { batch } });
  await started.append("abcdefgh", "abcdefgh");
  await started.clock.advance(1_000);
  expect(started.requests).toEqual([]);
  await started.append("abcdefgh");
  await started.clock.advance(0);
  expect(started.requests.map(({ length }) => length)).toEqual([3]);
  await started.append(...Array<string>(200).fill("abcdefgh"));
  await started.clock.advance(60_000);
  expect(started.requests.flat()).toHaveLength(203);
  const largest = Math.max(...started.requests.map(({ length }) => length * one));
  expect(largest).toBeLessThanOrEqual(1_024);
});

test("profiles are never put together", async () => {
  const started = start(() => DELIVERED, { signals: ["profiles"] });
  const profiles = [{ profileId: "00112233445566778899aabbccddeeff" }];
  const bytes = encodeRequest("profiles", { resourceProfiles: [{ scopeProfiles: [{ profiles }] }] });
  for (let n = 0; n < 3; n++)
    await started.queue.append(createBatch("profiles", bytes, { address: undefined }), ["out"]);
  await started.clock.advance(1_000);
  expect(started.requests).toHaveLength(3);
  expect(count(started, pipelineMetrics.EXPORTER_SENT.profiles)).toBe(3);
});

test("28: a batch over the limit is sent in parts, and an item over it goes to the dead letters alone", async () => {
  const dead: [Batch, string][] = [];
  const started = start(() => DELIVERED, {
    request_bytes_max: 60,
    deadLetters: { append: async (batch, _, reason) => void dead.push([batch, reason]) },
  });
  const words = Array.from({ length: 40 }, (_, n) => "x".repeat(1 + (n % 5)));
  await started.append([...words, "y".repeat(100)].join(" "));
  await started.clock.advance(1_000);
  expect(started.requests.length).toBeGreaterThan(5);
  expect(started.requests.flat()).toEqual(words);
  expect(dead.map(([batch, reason]) => [bodiesOf(batch), reason])).toEqual([
    [["y".repeat(100)], "request_too_large"],
  ]);
  expect(count(started, pipelineMetrics.EXPORTER_SENT.logs)).toBe(40);
  expect(count(started, pipelineMetrics.EXPORTER_DEAD_LETTERED_ITEMS)).toBe(1);
  expect(started.delivery.items).toBe(0);
});

test("56, 79, 118: what is refused for good is not tried again; without a place for it, it is dropped and counted", async () => {
  const started = start(() => REFUSED);
  await started.append("a b");
  await started.clock.advance(3_600_000);
  expect(started.requests).toEqual([["a", "b"]]);
  expect(
    started.metrics.value(pipelineMetrics.EXPORTER_DROPPED_ITEMS, { exporter: "out", reason: "refused" }),
  ).toBe(2);
  expect(count(started, pipelineMetrics.EXPORTER_SEND_FAILED.logs)).toBe(2);
});

test("of batches sent together, one that is refused takes no other with it", async () => {
  const dead: string[] = [];
  const started = start((batch) => (bodiesOf(batch).includes("bad") ? REFUSED : DELIVERED), {
    deadLetters: { append: async (batch) => void dead.push(...bodiesOf(batch)) },
  });
  await started.append("a", "bad", "b");
  await started.clock.advance(1_000);
  expect(started.requests).toEqual([["a", "bad", "b"], ["a"], ["bad"], ["b"]]);
  expect(dead).toEqual(["bad"]);
  expect(count(started, pipelineMetrics.EXPORTER_SENT.logs)).toBe(2);
  expect(started.delivery.items).toBe(0);
});

test("46, 47: what a partial success rejects is counted, and not sent again", async () => {
  const started = start(() => ({ status: "delivered", rejected: 2 }));
  await started.append("a b c");
  await started.clock.advance(3_600_000);
  expect(started.requests).toHaveLength(1);
  expect(count(started, pipelineMetrics.EXPORTER_REJECTED_ITEMS)).toBe(2);
  expect(count(started, pipelineMetrics.EXPORTER_SENT.logs)).toBe(1);
});

test("121: a destination that is away for days gets everything when it is back", async () => {
  let isBack = false;
  const started = start(() => (isBack ? DELIVERED : DOWN));
  await started.append("a", "b");
  await started.clock.advance(3 * 24 * 3_600_000);
  const tried = started.requests.length;
  expect(tried).toBeGreaterThan(1_000);
  isBack = true;
  await started.clock.advance(31_000);
  expect(started.requests.length - tried).toBe(1);
  expect(count(started, pipelineMetrics.EXPORTER_SENT.logs)).toBe(2);
});

test("when a destination is back, what waits for another attempt goes at once", async () => {
  let isBack = false;
  const started = start(() => (isBack ? DELIVERED : DOWN), {
    queue: { adaptive: false, batch: { min_size: 0 } },
    retry: { initial_interval: "1m", max_interval: "10m", randomization_factor: 0.9 },
    clock: fakeClock(randomOf([0.1, 0.9])),
  });
  await started.append("a", "b", "c", "d", "e", "f");
  await started.clock.advance(1);
  expect(started.requests).toHaveLength(6);
  isBack = true;
  const before = started.clock.now();
  while (started.requests.length === 6) await started.clock.advance(100);
  expect(started.clock.now() - before).toBeLessThan(60_000);
  expect(started.requests).toHaveLength(12);
});

test("57, 58, 76: while it wants to be left alone, no batch goes to a destination", async () => {
  const at: number[] = [];
  const started: Started = start(
    () => {
      at.push(started.clock.now());
      return at.length === 1 ? { ...DOWN, retry_after_ms: 5_000 } : DELIVERED;
    },
    { queue: { adaptive: false, batch: { min_size: 0 } } },
  );
  await started.append("a");
  await started.clock.advance(10);
  for (let n = 0; n < 20; n++) {
    await started.append("b");
    await started.clock.advance(200);
  }
  expect(at).toHaveLength(1);
  await started.clock.advance(10_000);
  expect(at).toHaveLength(22);
  expect(Math.min(...at.slice(1))).toBeGreaterThanOrEqual(at[0]! + 5_000);
});

test("76: a pause that is absurd is cut to five minutes", async () => {
  let attempts = 0;
  const started = start(() => (attempts++ === 0 ? { ...DOWN, retry_after_ms: 1e15 } : DELIVERED));
  await started.append("a");
  await started.clock.advance(299_000);
  expect(attempts).toBe(1);
  await started.clock.advance(3_000);
  expect(attempts).toBe(2);
});

test("116: no more requests are on their way than are allowed, and as many as that", async () => {
  let [inFlight, most] = [0, 0];
  const started: Started = start(
    async () => {
      most = Math.max(most, ++inFlight);
      await started.clock.sleep(100);
      inFlight--;
      return DELIVERED;
    },
    { queue: { adaptive: false, num_consumers: 4, batch: { min_size: 0 } } },
  );
  await started.append(...Array<string>(50).fill("a"));
  await started.clock.advance(10_000);
  expect([most, started.requests.length]).toEqual([4, 50]);
});

test("an exporter that hangs is given up after its time, and its batch goes again", async () => {
  let attempts = 0;
  let aborted = false;
  const started = start((_, { signal, time_left_ms }) => {
    expect(time_left_ms).toBeGreaterThan(0);
    if (attempts++ > 0) return DELIVERED;
    signal.addEventListener("abort", () => {
      aborted = true;
    });
    return new Promise(() => {});
  });
  await started.append("a");
  await started.clock.advance(11 * 60_000);
  expect([attempts, aborted]).toEqual([2, true]);
});

const THROWN: readonly [name: string, error: unknown, attempts: number, reason: string][] = [
  ["its own complaint about the bytes", new OperatingError("WIRE_MALFORMED", "no"), 1, "unencodable"],
  ["anything else", new TypeError("oops"), 3, ""],
];
test.each(THROWN)("an exporter that throws %s", async (_, error, attempts, reason) => {
  let nth = 0;
  const dead: string[] = [];
  const started = start(
    () => {
      if (++nth < 3) throw error;
      return DELIVERED;
    },
    { deadLetters: { append: async (_batch, _exporter, why) => void dead.push(why) } },
  );
  await started.append("a");
  await started.clock.advance(60_000);
  expect([nth, dead]).toEqual([attempts, reason === "" ? [] : [reason]]);
  expect(started.delivery.items).toBe(0);
});

test("a reason that might be data is shown as other", async () => {
  const started = start(() => ({ ...REFUSED, reason: "jane@example.com" }));
  await started.append("a");
  await started.clock.advance(1_000);
  expect(started.metrics.exposition()).not.toContain("jane");
  expect(
    started.metrics.value(pipelineMetrics.EXPORTER_DROPPED_ITEMS, { exporter: "out", reason: "other" }),
  ).toBe(1);
});

test("what an earlier configuration left of a signal that the exporter has no more goes to the dead letters", async () => {
  const dead: string[] = [];
  const started = start(() => DELIVERED, {
    signals: ["traces"],
    deadLetters: { append: async (_batch, _exporter, why) => void dead.push(why) },
  });
  await started.append("a");
  await started.clock.advance(1_000);
  expect([started.requests, dead]).toEqual([[], ["signal_not_configured"]]);
});

test("also where several such batches would go together, or a reload takes the signal away between two attempts", async () => {
  const dead: string[] = [];
  const setup = { deadLetters: { append: async (batch: Batch) => void dead.push(...bodiesOf(batch)) } };
  const together = start(() => DOWN, { ...setup, signals: ["traces"] });
  await together.append("a", "b");
  await together.clock.advance(60_000);
  expect([together.requests, dead.splice(0), together.delivery.items]).toEqual([[], ["a", "b"], 0]);
  const meanwhile = start(() => DOWN, setup);
  await meanwhile.append("c");
  await meanwhile.clock.advance(1_000);
  expect([meanwhile.requests.length > 0, dead]).toEqual([true, []]);
  meanwhile.delivery.redirect({ destination: meanwhile.destination, signals: ["traces"] });
  await meanwhile.clock.advance(60_000);
  expect([dead, meanwhile.delivery.items]).toEqual([["c"], 0]);
});

test("dead letters: what does not fit is dropped and counted; what the disk fails on waits", async () => {
  const codes = ["QUEUE_FAILED", "QUEUE_FAILED", "QUEUE_FULL"] as const;
  let nth = 0;
  const started = start(() => REFUSED, {
    deadLetters: {
      async append() {
        throw new OperatingError(codes[nth++]!, "no");
      },
    },
  });
  await started.append("a");
  await started.clock.advance(60_000);
  expect([nth, started.requests.length]).toEqual([3, 1]);
  const full = { exporter: "out", reason: "dead_letters_full" };
  expect(started.metrics.value(pipelineMetrics.EXPORTER_DROPPED_ITEMS, full)).toBe(1);
});

test("119: at the end what is in memory gets its time, and what is left is dropped and counted", async () => {
  let isBack = false;
  const started = start(() => (isBack ? DELIVERED : DOWN), { queue: { batch: { flush_timeout: "1m" } } });
  await started.append("a", "b c");
  let stopped = started.delivery.stop(5_000, true);
  await started.clock.advance(1_000);
  isBack = true;
  await started.clock.advance(4_000);
  await stopped;
  expect(count(started, pipelineMetrics.EXPORTER_SENT.logs)).toBe(3);

  const away = start(() => DOWN);
  await away.append("a", "b c");
  stopped = away.delivery.stop(5_000, true);
  await away.clock.advance(5_000);
  expect(await stopped).toHaveLength(2);
  await away.append("d"); // a pipeline that was late
  await away.delivery.drop("shutdown");
  const left = { exporter: "out", reason: "shutdown" };
  expect(away.metrics.value(pipelineMetrics.EXPORTER_DROPPED_ITEMS, left)).toBe(4);
  expect(away.delivery.items).toBe(0);
});

test("at the end what is stored stays: a request on its way may end, and nothing else is begun", async () => {
  const answers: ((result: ExportResult) => void)[] = [];
  const started = start(() => new Promise((resolve) => answers.push(resolve)), {
    queue: { adaptive: false, num_consumers: 2, batch: { min_size: 0 } },
  });
  await started.append("a", "b", "c", "d");
  await started.clock.advance(0);
  let left: readonly unknown[] | undefined;
  void started.delivery.stop(60_000, false).then((rest) => {
    left = rest;
  });
  await started.clock.advance(100);
  expect(left).toBeUndefined();
  for (let n = 0; n < 4; n++) {
    answers[n]?.(n === 1 ? DOWN : DELIVERED);
    await started.clock.advance(10);
  }
  expect(left).toHaveLength(1);
  expect(started.delivery.items).toBe(1);
});

test("what is cut off at the end is not taken for a failure, though it is not to be tried again", async () => {
  const dead: string[] = [];
  const started = start(() => new Promise(() => {}), {
    retry: { enabled: false },
    deadLetters: { append: async (_batch, _exporter, why) => void dead.push(why) },
  });
  await started.append("a");
  await started.clock.advance(1_000);
  const stopped = started.delivery.stop(100, false);
  await started.clock.advance(100);
  expect(await stopped).toHaveLength(1);
  expect([dead, started.delivery.items]).toEqual([[], 1]);
});

test("where nothing is tried again, what fails once goes to the dead letters", async () => {
  const dead: string[] = [];
  const started = start(() => DOWN, {
    retry: { enabled: false },
    deadLetters: { append: async (_batch, _exporter, why) => void dead.push(why) },
  });
  await started.append("a");
  await started.clock.advance(1_000);
  expect([dead, started.requests.length]).toEqual([["down"], 1]);
});

function randomOf(values: readonly number[]): () => number {
  let nth = 0;
  return () => values[nth++ % values.length]!;
}
