import type { Ack } from "../config/config.ts";
import type { Log } from "../log.ts";
import type { DurableQueue, Queue, QueuedBatch } from "../queue.ts";
import type { MetricRegistry } from "../telemetry/metric-registry.ts";
import {
  EXPORTER_QUEUE_CAPACITY,
  EXPORTER_QUEUE_SIZE,
  EXPORTER_WAITING_ITEMS,
} from "../telemetry/pipeline-metrics.ts";
import type { Tracer } from "../telemetry/tracer.ts";
import type { Clock } from "./clock.ts";
import type { DirectDelivery } from "./deliver-now.ts";
import { createDelivery, type Delivery, type Target } from "./delivery.ts";
import { createMemoryQueue } from "./memory-queue.ts";

/** The ways to one exporter. */
export interface ExporterWays extends Target {
  readonly direct: DirectDelivery;
  /** How the pipelines that end in it do. */
  readonly acks: ReadonlySet<Ack>;
}

export interface DeliveriesOptions {
  /** The queue on the disk; undefined where there is none. */
  readonly spool: DurableQueue | undefined;
  readonly metrics: MetricRegistry;
  readonly log: Log;
  readonly clock: Clock;
  readonly tracer?: Tracer;
}

/** How long what waits for an exporter may take to arrive that has gone from the configuration. */
const GONE_MS = 10_000;

/** Queues, and what goes on from them: all that outlives a configuration. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  readonly #memory: Queue;
  readonly #fromMemory = new Map<string, Delivery>();
  readonly #fromSpool = new Map<string, Delivery>();
  /** Those too whose exporter has gone, until they have ended. */
  readonly #counted = new Set<Pick<Delivery, "exporter" | "items">>();
  /** What was taken for exporters that have gone: the spool gives it out again only after a restart. */
  readonly #left = new Map<string, readonly QueuedBatch[]>();
  #ways: ReadonlyMap<string, ExporterWays> = new Map();
  #isStarted = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    const bytesMax = (exporter: string) =>
      this.#ways.get(exporter)?.destination.settings.sending_queue.queue_size ?? 0;
    this.#memory = createMemoryQueue({ ...options, bytesMax });
  }

  /** The queue that pipelines of this kind end in; undefined where there is none. */
  queue(ack: Exclude<Ack, "delivered">): Queue | undefined {
    return ack === "memory" ? this.#memory : this.#options.spool;
  }

  /**
   * From now on these are the exporters. What waits for one that stays goes there; what waits in memory for one that has
   * gone still gets a little time to arrive. Can't fail.
   *
   * @param former resolves when no batch is on its way in former graphs
   * @returns resolves when no former exporter is used any more
   */
  async use(all: readonly ExporterWays[], former: Promise<unknown>): Promise<void> {
    const [before, now] = [this.#ways, new Map(all.map((ways) => [ways.destination.id, ways]))];
    this.#ways = now;
    for (const ways of now.values()) this.#goTo(ways);
    const gone = [...before.keys()].filter((id) => !now.has(id));
    const replaced = [...before.values()].filter(
      ({ destination }) => now.get(destination.id)?.destination !== destination,
    );
    const leaving = gone.map((id) => this.#leave(id, former));
    await Promise.all([former, ...leaving]);
    await Promise.all(replaced.map(({ destination }) => destination.idle()));
    for (const { direct } of replaced) this.#counted.delete(direct);
  }

  start(): void {
    this.#isStarted = true;
    for (const delivery of this.#all()) delivery.start();
  }

  /**
   * Takes no more from the queues. What is in memory gets some time to arrive, and is then dropped and counted; what is on
   * the disk stays there.
   */
  async stop(graceMs: number): Promise<void> {
    await Promise.all([
      ...[...this.#fromSpool.values()].map((delivery) => delivery.stop(graceMs, false)),
      ...[...this.#fromMemory.values()].map((delivery) => this.#empty(delivery, graceMs, "shutdown")),
    ]);
  }

  #all(): Delivery[] {
    return [...this.#fromMemory.values(), ...this.#fromSpool.values()];
  }

  #goTo(ways: ExporterWays): void {
    const { spool } = this.#options;
    this.#counted.add(ways.direct);
    if (ways.acks.has("memory") || this.#fromMemory.has(ways.destination.id))
      this.#ensure(this.#fromMemory, this.#memory, ways);
    // Of all exporters, since an earlier configuration may have left something for one that is not durable any more.
    if (spool !== undefined) this.#ensure(this.#fromSpool, spool, ways);
    this.#observe(ways.destination.id);
  }

  #observe(exporter: string): void {
    const { metrics } = this.#options;
    metrics.observe(EXPORTER_WAITING_ITEMS, { exporter }, () => this.#waiting(exporter));
    if (this.#queueBytes(exporter) + this.#queueBytesMax(exporter) === 0) return;
    metrics.observe(EXPORTER_QUEUE_SIZE, { exporter }, () => this.#queueBytes(exporter));
    metrics.observe(EXPORTER_QUEUE_CAPACITY, { exporter }, () => this.#queueBytesMax(exporter));
  }

  /** Of what waits, also where no pipeline ends in that queue any more. */
  #queueBytes(exporter: string): number {
    return (
      (this.#fromMemory.get(exporter)?.outlet.bytes ?? 0) + (this.#fromSpool.get(exporter)?.outlet.bytes ?? 0)
    );
  }

  /** Of the queues that pipelines end in. */
  #queueBytesMax(exporter: string): number {
    const { acks } = this.#ways.get(exporter) ?? {};
    const inMemory = acks?.has("memory") ? this.#fromMemory.get(exporter)?.outlet.bytes_max : 0;
    const onDisk = acks?.has("durable") ? this.#fromSpool.get(exporter)?.outlet.bytes_max : 0;
    return (inMemory ?? 0) + (onDisk ?? 0);
  }

  #ensure(deliveries: Map<string, Delivery>, queue: Queue, ways: ExporterWays): void {
    const { id } = ways.destination;
    const known = deliveries.get(id);
    if (known !== undefined) {
      known.redirect(ways);
      return;
    }
    const { spool, ...context } = this.#options;
    const deadLetters = queue === spool ? spool?.deadLetters : undefined;
    const delivery = createDelivery({ ...context, target: ways, outlet: queue.outlet(id), deadLetters });
    deliveries.set(id, delivery);
    this.#counted.add(delivery);
    if (deliveries === this.#fromSpool) {
      delivery.adopt(this.#left.get(id) ?? []);
      this.#left.delete(id);
    }
    if (this.#isStarted) delivery.start();
  }

  async #leave(id: string, former: Promise<unknown>): Promise<void> {
    const [fromMemory, fromSpool] = [this.#fromMemory.get(id), this.#fromSpool.get(id)];
    this.#fromMemory.delete(id);
    this.#fromSpool.delete(id);
    await former;
    if (fromMemory !== undefined) {
      await this.#empty(fromMemory, GONE_MS, "exporter_removed");
      this.#counted.delete(fromMemory);
    }
    if (fromSpool !== undefined) {
      const left = await fromSpool.stop(GONE_MS, false);
      this.#counted.delete(fromSpool);
      const back = this.#fromSpool.get(id);
      if (back === undefined) this.#left.set(id, left);
      else back.adopt(left);
    }
  }

  #waiting(exporter: string): number {
    let sum = 0;
    for (const one of this.#counted) if (one.exporter === exporter) sum += one.items;
    return sum;
  }

  async #empty(delivery: Delivery, graceMs: number, reason: string): Promise<void> {
    await delivery.stop(graceMs, true);
    const { exporter, items } = delivery;
    if (items > 0)
      this.#options.log.warn(`exporters.${exporter}: ${items} items in memory are dropped: ${reason}`);
    await delivery.drop(reason);
  }
}
