import { OperatingError } from "@scrim/errors";
import { type Batch, isDropped, isSifted, type Processed, type Sifted } from "../batch.ts";
import type { Keeper } from "../component.ts";
import { faultLog } from "../fault-log.ts";
import type { Log } from "../log.ts";
import { DELIVERED, type Outcome } from "../outcome.ts";
import { shownReason } from "../reason.ts";
import { passStep } from "../telemetry/batch-steps.ts";
import type { MetricRegistry } from "../telemetry/metric-registry.ts";
import {
  PIPELINE_ADDED_ITEMS,
  PIPELINE_DROPPED_ITEMS,
  PIPELINE_FAILED_ITEMS,
  PIPELINE_HELD_ITEMS,
  PIPELINE_INCOMING_ITEMS,
} from "../telemetry/pipeline-metrics.ts";
import type { PipelineEnd } from "./pipeline-end.ts";

/** A processor with what is wrapped around every one of them. */
export type ProcessStep = (batch: Batch) => Promise<Processed>;

export interface PipelineRunner {
  /**
   * The way of a batch through the pipeline: the processors in turn, then its end. Every item that enters is counted
   * once more where it ends: queued, delivered, dropped for a reason, failed, or held for now.
   */
  run(batch: Batch): Promise<Outcome>;
  /** For the processor at `index`: the way of what it held, which ends behind it. */
  keeper(index: number): Keeper;
}

/** What became of the items of one batch. */
interface Journey {
  /** Those that came to its end. */
  items: number;
  added: number;
  readonly dropped: Map<string, number>;
  held: number;
  /** Processors that wait for the outcome. */
  readonly sifted: Sifted[];
}

export function pipelineRunner(
  pipeline: string,
  processors: readonly ProcessStep[],
  end: PipelineEnd,
  metrics: MetricRegistry,
  log: Log,
): PipelineRunner {
  const incoming = metrics.counter(PIPELINE_INCOMING_ITEMS, { pipeline });
  const added = metrics.counter(PIPELINE_ADDED_ITEMS, { pipeline });
  const ended = metrics.counter(end.counted, { pipeline });
  const failed = metrics.counter(PIPELINE_FAILED_ITEMS, { pipeline });
  const held = metrics.gauge(PIPELINE_HELD_ITEMS, { pipeline });
  const logFault = faultLog(`service.pipelines.${pipeline}`, log);
  const countDropped = (reason: string, items: number) =>
    metrics.counter(PIPELINE_DROPPED_ITEMS, { pipeline, reason }).add(items);

  async function travel(batch: Batch, first: number, journey: Journey): Promise<Outcome> {
    let current = batch;
    for (const process of processors.slice(first)) {
      journey.items = current.items;
      const result = await process(current);
      if (isDropped(result))
        return { status: "delivered", rejected: current.items, reason: shownReason(result.reason) };
      current = isSifted(result) ? noteSifted(result, current.items, journey) : result;
      noteItems(current.items, journey);
    }
    passStep("processed", current);
    // Envelopes without items are not worth a request.
    const outcome = current.items === 0 ? DELIVERED : await end.accept(current);
    const { warning } = current;
    return warning === undefined || outcome.status !== "delivered" ? outcome : { ...outcome, warning };
  }

  function toFailure(error: unknown): Outcome {
    if (error instanceof OperatingError) return { status: "invalid", error };
    logFault(error);
    return { status: "failed", retryable: true, reason: "internal", retry_after_ms: 0 };
  }

  /** Takes a batch along the way; counts where its items ended if it came to its end. */
  async function go(batch: Batch, first: number): Promise<Outcome> {
    const journey: Journey = { items: batch.items, added: 0, dropped: new Map(), held: 0, sifted: [] };
    let outcome: Outcome;
    try {
      outcome = await travel(batch, first, journey);
    } catch (error) {
      outcome = toFailure(error);
    }
    if (outcome.status === "delivered") {
      added.add(journey.added);
      for (const [reason, items] of journey.dropped) countDropped(reason, items);
      held.add(journey.held);
      if (outcome.rejected > 0) countDropped(outcome.reason, outcome.rejected);
      ended.add(journey.items - outcome.rejected);
    }
    for (const { settled } of journey.sifted) settled?.(outcome.status === "delivered");
    return outcome;
  }

  return {
    async run(batch) {
      incoming.add(batch.items);
      const outcome = await go(batch, 0);
      if (outcome.status !== "delivered") failed.add(batch.items);
      return outcome;
    },
    keeper: (index) => ({
      async release(batch) {
        held.add(-batch.items);
        const outcome = await go(batch, index + 1);
        if (outcome.status !== "delivered") held.add(batch.items);
        return outcome;
      },
      drop(items, reason) {
        held.add(-items);
        countDropped(shownReason(reason), items);
      },
    }),
  };
}

/** Notes what a processor left out and keeps; returns the rest. */
function noteSifted(result: Sifted, items: number, journey: Journey): Batch {
  let rest = items - result.held;
  journey.held += result.held;
  for (const [reason, count] of result.dropped) {
    addTo(journey.dropped, shownReason(reason), count);
    rest -= count;
  }
  journey.items = rest;
  journey.sifted.push(result);
  return result.batch;
}

/** Notes items that came or went without a word. */
function noteItems(items: number, journey: Journey): void {
  if (items > journey.items) journey.added += items - journey.items;
  if (items < journey.items) addTo(journey.dropped, "filtered", journey.items - items);
  journey.items = items;
}

function addTo(counts: Map<string, number>, reason: string, items: number): void {
  counts.set(reason, (counts.get(reason) ?? 0) + items);
}
