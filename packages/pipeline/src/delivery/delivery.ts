import { OperatingError } from "@scrim/errors";
import { countItems, type Signal, splitRequest } from "@scrim/wire";
import type { Batch } from "../batch.ts";
import type { ExportFailure, ExportResult } from "../component.ts";
import { faultLog } from "../fault-log.ts";
import type { Log } from "../log.ts";
import type { DeadLetters, Outlet, QueuedBatch } from "../queue.ts";
import { passStep } from "../telemetry/batch-steps.ts";
import type { MetricRegistry } from "../telemetry/metric-registry.ts";
import { EXPORTER_BATCH_SEND_SIZE, EXPORTER_BATCH_SEND_SIZE_BYTES } from "../telemetry/pipeline-metrics.ts";
import { Tracer } from "../telemetry/tracer.ts";
import type { Clock } from "./clock.ts";
import type { Destination } from "./destination.ts";
import { exporterCounts } from "./exporter-counts.ts";
import { DELIVERED, type PartEnd, STOPPED, traceEnd } from "./part-end.ts";
import { partId, requestId } from "./request-id.ts";
import { waitAfter } from "./retry.ts";
import { Piles, type Shipment } from "./shipment.ts";

/** Where a delivery brings things. */
export interface Target {
  readonly destination: Destination;
  /** Those the destination was made for. What an earlier configuration has left of others is refused. */
  readonly signals: readonly Signal[];
}

/** Brings what waits in one outlet to its destination, for as long as that takes. */
export interface Delivery {
  start(): void;
  /**
   * Takes nothing more, and gives what is on its way some time to arrive.
   *
   * @param timeoutMs how long that may take
   * @param isEmptying whether what still waits in the outlet should arrive as well
   * @returns what was taken and did not end, oldest first: another delivery may go on with it
   */
  stop(timeoutMs: number, isEmptying: boolean): Promise<readonly QueuedBatch[]>;
  /** From now on another destination of the same exporter gets it. */
  redirect(target: Target): void;
  /** Goes on with what another delivery has taken from the same outlet and did not bring to an end. */
  adopt(taken: readonly QueuedBatch[]): void;
  /** Gives up all that did not end, once it has stopped, and what still waits in the outlet. */
  drop(reason: string): Promise<void>;
  readonly exporter: string;
  /** Items that did not end yet: they wait, or are on their way. */
  readonly items: number;
  readonly outlet: Pick<Outlet, "bytes" | "bytes_max">;
}

export interface DeliveryOptions {
  readonly target: Target;
  readonly outlet: Outlet;
  /** Where what the destination will never take is kept; without it that is dropped, and counted. */
  readonly deadLetters: DeadLetters | undefined;
  readonly metrics: MetricRegistry;
  readonly log: Log;
  readonly clock: Clock;
  readonly tracer?: Tracer | undefined;
}

/** Requests that are on their way or wait for another attempt, per request that may be on its way at once. */
const SHIPMENTS_PER_CONSUMER = 2;

/** Memory for what is sent to one destination, so that a destination that is away costs no more. One request is always let in. */
const WINDOW_BYTES_MAX = 12 * 2 ** 20;

/** An exporter that has no time limit of its own. */
const ATTEMPT_MS_MAX = 10 * 60 * 1_000;

/** How soon an outlet is asked again that could not be read. */
const TAKE_AGAIN_MS = 1_000;

/** Failures in a row that are taken for an outage of the destination and not for the fault of single batches. */
const OUTAGE_FAILURES = 5;

/** What was put together is there twice: should it be refused, each part is sent by itself. */
function memoryOf({ batch, sources }: Shipment): number {
  return sources.length === 1 ? batch.bytes.length : 2 * batch.bytes.length;
}

export function createDelivery(options: DeliveryOptions): Delivery {
  const { outlet, deadLetters, metrics, clock, tracer = new Tracer() } = options;
  let { target } = options;
  const { id } = target.destination;
  const settings = () => target.destination.settings;
  const requestBytesMax = () => settings().request_bytes_max ?? Number.POSITIVE_INFINITY;
  const partBytesMax = () => Math.min(settings().sending_queue.batch.max_size, requestBytesMax());
  const counts = exporterCounts(id, metrics);
  const logFault = faultLog(`exporters.${id}`, options.log);
  const sendItems = metrics.histogram(EXPORTER_BATCH_SEND_SIZE, { exporter: id });
  const sendBytes = metrics.histogram(EXPORTER_BATCH_SEND_SIZE_BYTES, { exporter: id });

  const piles = new Piles(() => ({ ...settings().sending_queue.batch, max_size: partBytesMax() }));
  /** What was taken and did not end, oldest first. */
  const open = new Set<QueuedBatch>();
  const handedOver: QueuedBatch[] = [];
  const shipments = new Set<Promise<void>>();
  let shippedBytes = 0;
  /** Items that ended, of batches that did not end as a whole. */
  const endedItems = new Map<QueuedBatch, number>();
  /** Aborts when no more is taken; then, when no more is tried. */
  const [closing, ended] = [new AbortController(), new AbortController()];
  let isEmptying = false;
  let running: Promise<void> | undefined;
  let news = new AbortController();
  /** Those that wait for another attempt. */
  const sleepers = new Set<() => void>();
  let failuresInARow = 0;

  function hasRoom(): boolean {
    const shipmentsMax = SHIPMENTS_PER_CONSUMER * settings().sending_queue.num_consumers;
    return shipments.size === 0 || (shipments.size < shipmentsMax && shippedBytes < WINDOW_BYTES_MAX);
  }

  /** Whether what did not arrive at once is left where it is stored. */
  function isLeaving(): boolean {
    return ended.signal.aborted || (closing.signal.aborted && !isEmptying);
  }

  /** Takes, puts together and sends, until it is told to stop and there is no more to do. */
  async function run(): Promise<void> {
    while (!isLeaving()) {
      news = new AbortController();
      const nowMs = closing.signal.aborted ? Number.POSITIVE_INFINITY : clock.now();
      while (hasRoom() && piles.isReady(nowMs)) ship(piles.take(nowMs)!);
      // What is ready goes first, so that no more is taken than there is room for.
      if (piles.isReady(nowMs)) await untilStirred(news.signal);
      else if (await takeOne()) continue;
      else if (!closing.signal.aborted) await untilNews(news);
      else return;
    }
  }

  /** A fault of ours must not keep what waits where it is. */
  async function keepRunning(): Promise<void> {
    while (!isLeaving()) {
      try {
        return await run();
      } catch (error) {
        logFault(error);
        await clock.sleep(TAKE_AGAIN_MS, ended.signal);
      }
    }
  }

  async function takeOne(): Promise<boolean> {
    let queued = handedOver.shift();
    try {
      queued ??= await outlet.take();
    } catch (error) {
      logFault(error);
      await clock.sleep(TAKE_AGAIN_MS, ended.signal);
      return true;
    }
    if (queued === undefined) return false;
    passStep("taken", queued.batch);
    open.add(queued);
    piles.add(queued, clock.now());
    return true;
  }

  /** As {@link untilStirred}, or until there may be something to take or to send. */
  async function untilNews(over: AbortController): Promise<void> {
    const waits = [untilStirred(over.signal), outlet.wait(over.signal)];
    if (Number.isFinite(piles.dueMs)) waits.push(clock.sleep(piles.dueMs - clock.now(), over.signal));
    await Promise.race(waits);
    over.abort();
  }

  function ship(shipment: Shipment): void {
    const bytes = memoryOf(shipment);
    shippedBytes += bytes;
    const sending = send(shipment).catch(logFault);
    shipments.add(sending);
    void sending.then(() => {
      shipments.delete(sending);
      shippedBytes -= bytes;
      news.abort();
    });
  }

  async function send({ batch, sources }: Shipment): Promise<void> {
    const [first] = sources;
    if (sources.length === 1) return await sendParts(first!);
    const end = await traceEnd(tracer, id, batch, sources, (part) =>
      tryPart(part, requestId(outlet.queue, sources)),
    );
    if (end.status === "delivered") for (const source of sources) settle(source);
    // One batch that is refused should not take others with it, of other clients perhaps.
    if (end.status === "refused") for (const source of sources) await sendParts(source);
  }

  /** One batch by itself, in as many requests as it takes. */
  async function sendParts(source: QueuedBatch): Promise<void> {
    const { batch } = source;
    const done = () => endedItems.get(source) ?? 0;
    const whole = requestId(outlet.queue, [source]);
    try {
      for (const { bytes } of splitRequest(batch.signal, batch.bytes, partBytesMax())) {
        const items = bytes === batch.bytes ? batch.items : countItems(batch.signal, bytes);
        const name = bytes === batch.bytes ? whole : partId(whole, done(), items);
        const end = await traceEnd(tracer, id, { ...batch, bytes, items }, [source], (part) =>
          endPart(part, name),
        );
        if (end.status === "stopped") return;
        endedItems.set(source, done() + items);
      }
    } catch (error) {
      if (!(error instanceof OperatingError)) logFault(error);
      if (!(await bury({ ...batch, items: batch.items - done() }, "unencodable"))) return;
    }
    settle(source);
  }

  function settle(source: QueuedBatch): void {
    passStep("settled", source.batch);
    open.delete(source);
    endedItems.delete(source);
    outlet.settle(source);
  }

  function giveUp(source: QueuedBatch, reason: string): void {
    const { signal, items } = source.batch;
    counts.dropped({ signal, items: items - (endedItems.get(source) ?? 0) }, reason);
    settle(source);
  }

  /** As {@link tryPart}, but what is refused is buried: that too may have to stop. */
  async function endPart(part: Batch, name: string): Promise<PartEnd> {
    const end = await tryPart(part, name);
    return end.status !== "refused" || (await bury(part, end.reason)) ? end : STOPPED;
  }

  /** What makes any attempt useless: looked at before each, since a reload may bring another destination meanwhile. */
  function findProblem({ signal, bytes }: Batch): string | undefined {
    if (!target.signals.includes(signal)) return "signal_not_configured";
    return bytes.length > requestBytesMax() ? "request_too_large" : undefined;
  }

  /** Tries until the destination has it, or will never take it, or the delivery is told to stop. */
  async function tryPart(part: Batch, name: string): Promise<PartEnd> {
    if (findProblem(part) === undefined) {
      sendItems.record(part.items);
      sendBytes.record(part.bytes.length);
    }
    let failures = 0;
    while (!ended.signal.aborted) {
      const problem = findProblem(part);
      if (problem !== undefined)
        return { status: "refused", reason: target.destination.refuse(problem).reason };
      const result = await attempt(part, name);
      if (result === undefined) {
        if (isLeaving()) return STOPPED;
        await untilUnpaused();
        continue;
      }
      if (result.status === "delivered") {
        counts.delivered(part, result.rejected);
        return DELIVERED;
      }
      if (!result.retryable) return { status: "refused", reason: result.reason };
      if (isLeaving()) return STOPPED;
      if (!settings().retry_on_failure.enabled) return { status: "refused", reason: result.reason };
      await untilNextAttempt(result, ++failures);
      if (isLeaving()) return STOPPED;
    }
    return STOPPED;
  }

  /** Waits for its turn and makes one attempt; undefined where it could not be made. */
  async function attempt(part: Batch, name: string): Promise<ExportResult | undefined> {
    const { destination } = target;
    if (destination.pauseMs() > 0) return undefined;
    const leave = await destination.limit.acquire(ended.signal);
    if (leave === undefined) return undefined;
    // Much may have happened while it waited: a reload, too, whose exporter is another one.
    if (destination.pauseMs() > 0 || destination !== target.destination) {
      leave("unsent");
      return undefined;
    }
    const result = await destination.attempt(part, ATTEMPT_MS_MAX, ended.signal, name);
    const isPushedBack = result.status === "failed" && result.retryable;
    leave(isPushedBack ? "pushed_back" : "answered");
    if (isPushedBack) failuresInARow++;
    else noteAnswer();
    return result;
  }

  /** All that wait would come back at the same time, unless each waits a little longer. */
  async function untilUnpaused(): Promise<void> {
    const more = settings().retry_on_failure.initial_interval * clock.random();
    await wakeably((signal) => clock.sleep(target.destination.pauseMs() + more, signal));
  }

  /** Waits, though no longer than until the destination is found to be back. */
  async function untilNextAttempt(failure: ExportFailure, failures: number): Promise<void> {
    const waitMs = waitAfter(failure, failures, settings().retry_on_failure, clock);
    await wakeably((signal) => clock.sleep(waitMs, signal));
  }

  async function wakeably(sleep: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const over = new AbortController();
    const wake = () => over.abort();
    sleepers.add(wake);
    await sleep(over.signal);
    sleepers.delete(wake);
  }

  function wakeAll(): void {
    for (const wake of sleepers) wake();
  }

  function noteAnswer(): void {
    if (failuresInARow >= OUTAGE_FAILURES) wakeAll();
    failuresInARow = 0;
  }

  /**
   * Keeps what the destination will never take with the dead letters. Where these are full it is dropped; where the disk
   * fails, it waits.
   *
   * @returns whether it came to its end
   */
  async function bury(part: Batch, reason: string): Promise<boolean> {
    for (let failures = 1; deadLetters !== undefined; failures++) {
      try {
        await deadLetters.append(part, id, reason);
        passStep("dead_lettered", part);
        counts.deadLettered(part, reason);
        return true;
      } catch (error) {
        if (error instanceof OperatingError && error.code === "QUEUE_FULL") {
          counts.dropped(part, "dead_letters_full");
          return true;
        }
        if (isLeaving()) return false;
        await untilNextAttempt(UNBURIED, failures);
        if (isLeaving()) return false;
      }
    }
    counts.dropped(part, reason);
    return true;
  }

  async function untilDone(): Promise<void> {
    await running;
    await Promise.all(shipments);
  }

  return {
    exporter: id,
    outlet,
    start() {
      running ??= keepRunning();
    },
    redirect(to) {
      target = to;
      wakeAll(); // what the former one could not take may go there at once
    },
    adopt(taken) {
      handedOver.push(...taken);
      news.abort();
    },
    async stop(timeoutMs, empties) {
      isEmptying = empties;
      closing.abort();
      news.abort();
      if (!isEmptying) wakeAll();
      const done = new AbortController();
      const timeUp = clock.sleep(timeoutMs, done.signal);
      await Promise.race([untilDone(), timeUp]);
      done.abort();
      ended.abort();
      news.abort();
      wakeAll();
      await untilDone();
      return [...open, ...handedOver];
    },
    async drop(reason) {
      for (const source of [...open, ...handedOver.splice(0)]) giveUp(source, reason);
      for (let queued: QueuedBatch | undefined; (queued = await outlet.take()) !== undefined; )
        giveUp(queued, reason);
    },
    get items() {
      return outlet.items - [...endedItems.values()].reduce((sum, items) => sum + items, 0);
    },
  };
}

const UNBURIED: ExportFailure = { status: "failed", retryable: true, reason: "dead_letters" };

function untilStirred(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
