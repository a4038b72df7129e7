import { OperatingError } from "@scrim/errors";
import { encodeRequest, type JsonObject } from "@scrim/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type FakeClock, fakeClock } from "../../testing/fake-clock.ts";
import { type Batch, createBatch } from "../batch.ts";
import { viewOf } from "../batch-view.ts";
import type { Attempt, Exporter, ExportResult } from "../component.ts";
import { endInQueue } from "../graph/pipeline-end.ts";
import type { DurableQueue } from "../queue.ts";
import { MetricRegistry } from "../telemetry/metric-registry.ts";
import * as pipelineMetrics from "../telemetry/pipeline-metrics.ts";
import { deliverNow } from "./deliver-now.ts";
import { Deliveries, type ExporterWays } from "./deliveries.ts";
import { createDestination } from "./destination.ts";
import { createMemoryQueue } from "./memory-queue.ts";
import { RetryOnFailure } from "./retry.ts";
import { SendingQueue } from "./sending-queue.ts";

/**
 * Queues, deliveries and scripted destinations under any sequence of batches, waits and moods. A shadow of each destination
 * knows what it has taken; the metrics must add up after every step, and in the end every item has ended once.
 */

/** How a destination treats a request. */
type Mood =
  | { readonly kind: "takes" | "is_down" | "refuses" | "breaks" | "complains" | "hangs" }
  /** Takes it, and the answer gets lost. */
  | { readonly kind: "takes_silently" }
  | { readonly kind: "is_slow"; readonly ms: number }
  | { readonly kind: "rejects"; readonly items: number }
  | { readonly kind: "pauses"; readonly ms: number };

const NUM_CONSUMERS = 3;
const REQUEST_BYTES_MAX = 400;

class ScriptedDestination implements Exporter {
  mood: Mood = { kind: "takes" };
  /** How often each item was taken. */
  readonly taken = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  readonly #clock: FakeClock;
  #inFlight = 0;
  mostInFlight = 0;
  #pausedAt = 0;
  #pausedUntil = 0;
  readonly problems: string[] = [];
  readonly delivery = {
    retry_on_failure: RetryOnFailure.parse({ max_interval: "20s" }),
    sending_queue: SendingQueue.parse({
      num_consumers: NUM_CONSUMERS,
      queue_size: "64KiB",
      batch: { flush_timeout: "100ms", min_size: "200B", max_size: "1KiB" },
    }),
    request_bytes_max: REQUEST_BYTES_MAX,
  };

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async export(batch: Batch, attempt: Attempt): Promise<ExportResult> {
    // What is on its way at the very moment can't know.
    const now = this.#clock.now();
    if (this.#pausedAt < now && now < this.#pausedUntil)
      this.problems.push("asked while it wants to be left alone");
    if (batch.bytes.length > REQUEST_BYTES_MAX) this.problems.push("a request over its limit");
    this.mostInFlight = Math.max(this.mostInFlight, ++this.#inFlight);
    try {
      return await this.#treat(this.mood, batch, attempt);
    } finally {
      this.#inFlight--;
    }
  }

  async #treat(mood: Mood, batch: Batch, { signal }: Attempt): Promise<ExportResult> {
    switch (mood.kind) {
      case "takes":
        return this.#take(batch, 0);
      case "takes_silently":
        this.#take(batch, 0);
        return DOWN;
      case "rejects":
        return this.#take(batch, mood.items);
      case "is_slow":
        await this.#clock.sleep(mood.ms, signal);
        return signal.aborted ? DOWN : this.#take(batch, 0);
      case "hangs":
        await this.#clock.sleep(Number.POSITIVE_INFINITY, signal);
        return DOWN;
      case "is_down":
        return DOWN;
      case "refuses":
        this.#refuse(batch);
        return { status: "failed", retryable: false, reason: "refused" };
      case "pauses":
        this.#pausedAt = this.#clock.now();
        this.#pausedUntil = Math.max(this.#pausedUntil, this.#pausedAt + mood.ms);
        return { ...DOWN, retry_after_ms: mood.ms };
      case "breaks":
        throw new TypeError("broken");
      case "complains":
        this.#refuse(batch);
        throw new OperatingError("WIRE_MALFORMED", "no");
    }
  }

  /** Once with others, and once by itself. */
  #refuse(batch: Batch): void {
    for (const item of itemsOf(batch)) {
      const times = (this.#refused.get(item) ?? 0) + 1;
      this.#refused.set(item, times);
      if (times > 2) this.problems.push("what it refused for good was sent again");
    }
  }

  #take(batch: Batch, rejected: number): ExportResult {
    for (const item of itemsOf(batch)) this.taken.set(item, (this.taken.get(item) ?? 0) + 1);
    return { status: "delivered", rejected };
  }
}

const DOWN = { status: "failed", retryable: true, reason: "down" } as const;

function itemsOf(batch: Batch): string[] {
  return [...viewOf(batch).items()].map(({ item }) => String((item.body as JsonObject).stringValue));
}

/** The gateway's side, and what is known of it. */
class World {
  readonly clock: FakeClock;
  readonly metrics = new MetricRegistry();
  readonly destinations: ReadonlyMap<string, ScriptedDestination>;
  readonly deliveries: Deliveries;
  readonly dead = new Map<string, string[]>();
  /** What was accepted for each destination. */
  readonly accepted = new Map<string, string[]>();
  /** Whether anything may have come twice: a request that was never answered. */
  mayDouble = false;
  #nextItem = 0;

  constructor(random: number) {
    this.clock = fakeClock(() => random);
    const { clock, metrics } = this;
    const log = { info: () => {}, warn: () => {} };
    this.destinations = new Map(["a", "b"].map((id) => [id, new ScriptedDestination(clock)]));
    const store = createMemoryQueue({ bytesMax: () => 64 * 1_024, clock });
    const spool: DurableQueue = {
      append: (batch, exporters) => store.append(batch, exporters),
      outlet: (exporter) => store.outlet(exporter),
      deadLetters: {
        append: async (batch, exporter) => {
          this.dead.set(exporter, [...(this.dead.get(exporter) ?? []), ...itemsOf(batch)]);
        },
      },
    };
    this.deliveries = new Deliveries({ spool, metrics, log, clock });
    const ways = [...this.destinations].map(([id, exporter]): ExporterWays => {
      const destination = createDestination(id, exporter, { metrics, log, clock });
      const direct = deliverNow(destination, metrics, clock);
      return { destination, direct, signals: ["logs"], acks: new Set(["durable"]) };
    });
    void this.deliveries.use(ways, Promise.resolve());
    this.deliveries.start();
  }

  async append(exporters: readonly string[], lengths: readonly number[]): Promise<void> {
    const items = lengths.map((length) => `${this.#nextItem++}${"x".repeat(length)}`);
    const logRecords = items.map((stringValue) => ({ body: { stringValue } }));
    const bytes = encodeRequest("logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    const queue = this.deliveries.queue("durable")!;
    const end = endInQueue("p", queue, exporters, { metrics: this.metrics, log: { info() {}, warn() {} } });
    const done = end.accept(createBatch("logs", bytes, { address: undefined }));
    let outcome: Awaited<typeof done> | undefined;
    void done.then((known) => {
      outcome = known;
    });
    await this.clock.advance(0);
    if (outcome === undefined) await this.clock.advance(6_000); // it waits for room, or gives up
    await done;
    if (outcome?.status !== "delivered") return;
    for (const exporter of exporters)
      this.accepted.set(exporter, [...(this.accepted.get(exporter) ?? []), ...items]);
  }

  /** enqueued = sent + rejected + dead-lettered + dropped + returned + waiting, for each. */
  check(): void {
    for (const [exporter, destination] of this.destinations) {
      const value = (metric: Parameters<MetricRegistry["sum"]>[0]) => this.metrics.sum(metric, { exporter });
      const ended =
        value(pipelineMetrics.EXPORTER_SENT.logs) +
        value(pipelineMetrics.EXPORTER_REJECTED_ITEMS) +
        value(pipelineMetrics.EXPORTER_DEAD_LETTERED_ITEMS) +
        value(pipelineMetrics.EXPORTER_DROPPED_ITEMS) +
        value(pipelineMetrics.EXPORTER_RETURNED_ITEMS);
      const enqueued = value(pipelineMetrics.EXPORTER_ENQUEUED_ITEMS);
      expect(enqueued).toBe((this.accepted.get(exporter) ?? []).length);
      expect(ended + value(pipelineMetrics.EXPORTER_WAITING_ITEMS)).toBe(enqueued);
      expect(destination.mostInFlight).toBeLessThanOrEqual(NUM_CONSUMERS);
      expect(destination.problems).toEqual([]);
    }
  }

  /** Everything works again, and all that was accepted has ended: with the destination or with the dead letters. */
  async heal(): Promise<void> {
    for (const destination of this.destinations.values()) destination.mood = { kind: "takes" };
    await this.clock.advance(45 * 60_000); // longer than two attempts that hang, and than any pause
    this.check();
    for (const [exporter, { taken }] of this.destinations) {
      expect(this.metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter })).toBe(0);
      const dead = this.dead.get(exporter) ?? [];
      const ends = [...taken.keys(), ...dead];
      if (!this.mayDouble) {
        expect(ends.toSorted()).toEqual((this.accepted.get(exporter) ?? []).toSorted());
        expect([...taken.values()].every((times) => times === 1)).toBe(true);
      }
      expect(new Set(ends)).toEqual(new Set(this.accepted.get(exporter) ?? []));
    }
  }
}

type Command = fc.AsyncCommand<object, World>;

class Append implements Command {
  readonly exporters: readonly string[];
  readonly lengths: readonly number[];
  constructor(exporters: readonly string[], lengths: readonly number[]) {
    this.exporters = exporters;
    this.lengths = lengths;
  }
  check = () => true;
  async run(_: object, world: World): Promise<void> {
    await world.append(this.exporters, this.lengths);
    world.check();
  }
  toString = () => `append to ${this.exporters.join(",")}: ${this.lengths.join(",")}`;
}

class Advance implements Command {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check = () => true;
  async run(_: object, world: World): Promise<void> {
    await world.clock.advance(this.ms);
    world.check();
  }
  toString = () => `advance ${this.ms}`;
}

class Change implements Command {
  readonly exporter: string;
  readonly mood: Mood;
  constructor(exporter: string, mood: Mood) {
    this.exporter = exporter;
    this.mood = mood;
  }
  check = () => true;
  async run(_: object, world: World): Promise<void> {
    world.destinations.get(this.exporter)!.mood = this.mood;
    if (this.mood.kind === "takes_silently") world.mayDouble = true;
    // A request that is refused for good is sent once more in its parts, when it was several batches.
  }
  toString = () => `${this.exporter} ${JSON.stringify(this.mood)}`;
}

const moods: fc.Arbitrary<Mood> = fc.oneof(
  fc
    .constantFrom("takes", "takes", "takes", "is_down", "refuses", "breaks", "complains", "hangs")
    .map((kind) => ({ kind }) as Mood),
  fc.constant<Mood>({ kind: "takes_silently" }),
  fc.integer({ min: 1, max: 5_000 }).map((ms): Mood => ({ kind: "is_slow", ms })),
  fc.integer({ min: -3, max: 9 }).map((items): Mood => ({ kind: "rejects", items })),
  fc.integer({ min: 1, max: 300_000 }).map((ms): Mood => ({ kind: "pauses", ms })),
);

const commands = fc.commands(
  [
    fc
      .tuple(
        fc.constantFrom(["a"], ["b"], ["a", "b"]),
        fc.array(fc.integer({ min: 0, max: 450 }), { minLength: 1, maxLength: 12 }),
      )
      .map(([exporters, lengths]): Command => new Append(exporters, lengths)),
    fc.integer({ min: 0, max: 20_000 }).map((ms): Command => new Advance(ms)),
    fc.tuple(fc.constantFrom("a", "b"), moods).map(([exporter, mood]): Command => new Change(exporter, mood)),
  ],
  { maxCommands: 30, size: "max" },
);

test("124: any destinations: every item ends once, every number adds up, and nobody is asked too much", async () => {
  const property = fc.asyncProperty(
    commands,
    fc.double({ min: 0.3, max: 0.999, noNaN: true }),
    async (all, random) => {
      const world = new World(random);
      await fc.asyncModelRun(() => ({ model: {}, real: world }), all);
      await world.heal();
    },
  );
  await fc.assert(property, { numRuns: 60 });
}, 300_000);

test("117: a destination that is away costs another nothing", async () => {
  const world = new World(0.5);
  world.destinations.get("a")!.mood = { kind: "hangs" };
  for (let n = 0; n < 20; n++) {
    await world.append(["a", "b"], [10, 10]);
    await world.clock.advance(200);
  }
  expect(world.destinations.get("b")!.taken.size).toBe(40);
  expect(world.metrics.value(pipelineMetrics.EXPORTER_WAITING_ITEMS, { exporter: "a" })).toBe(40);
  await world.heal();
});
