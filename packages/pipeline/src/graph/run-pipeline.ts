import { OperatingError } from "@scrim/errors";
import { type Batch, type Dropped, isDropped } from "../batch.ts";
import type { ExportResult } from "../component.ts";
import { faultLog } from "../fault-log.ts";
import type { Log } from "../log.ts";
import { DELIVERED, type Outcome, worst } from "../outcome.ts";
import type { MetricRegistry } from "../telemetry/metric-registry.ts";
import {
  PIPELINE_ADDED_ITEMS,
  PIPELINE_DELIVERED_ITEMS,
  PIPELINE_DROPPED_ITEMS,
  PIPELINE_FAILED_ITEMS,
  PIPELINE_INCOMING_ITEMS,
} from "../telemetry/pipeline-metrics.ts";

/** A processor with what is wrapped around every one of them. */
export type ProcessStep = (batch: Batch) => Promise<Batch | Dropped>;

/** An exporter with what is wrapped around every one of them. Never throws. */
export type ExportStep = (batch: Batch) => Promise<ExportResult>;

/** A log line's and a label's worth: lower-case words, no digits, so no data either. */
const REASON = /^[a-z]+(_[a-z]+){0,7}$/;
const REASON_LENGTH_MAX = 64;

/**
 * The way of a batch through one pipeline: the processors in turn, then all exporters at once. Every item that
 * enters is counted once more where it ends: delivered, dropped for a reason, or failed.
 */
export function pipelineRunner(
  pipeline: string,
  processors: readonly ProcessStep[],
  exporters: readonly ExportStep[],
  metrics: MetricRegistry,
  log: Log,
): (batch: Batch) => Promise<Outcome> {
  const incoming = metrics.counter(PIPELINE_INCOMING_ITEMS, { pipeline });
  const added = metrics.counter(PIPELINE_ADDED_ITEMS, { pipeline });
  const delivered = metrics.counter(PIPELINE_DELIVERED_ITEMS, { pipeline });
  const failed = metrics.counter(PIPELINE_FAILED_ITEMS, { pipeline });
  const logFault = faultLog(`service.pipelines.${pipeline}`, log);
  const countDropped = (reason: string, items: number) =>
    metrics.counter(PIPELINE_DROPPED_ITEMS, { pipeline, reason }).add(items);

  async function run(batch: Batch): Promise<Outcome> {
    const tally = { filtered: 0, added: 0 };
    let current = batch;
    for (const process of processors) {
      const result = await process(current);
      if (isDropped(result)) return settle(dropped(current, result), current.items, tally);
      tally.filtered += Math.max(0, current.items - result.items);
      tally.added += Math.max(0, result.items - current.items);
      current = result;
    }
    return settle(await deliver(current), current.items, tally);
  }

  async function deliver(batch: Batch): Promise<Outcome> {
    if (batch.items === 0) return DELIVERED; // envelopes without items aren't worth a request
    const results = await Promise.all(exporters.map((send) => send(batch)));
    return worst(results.map((result) => toOutcome(result, batch.items)));
  }

  /** Counts where the items ended, and those that processors added or took away on the way there. */
  function settle(outcome: Outcome, items: number, tally: { filtered: number; added: number }): Outcome {
    added.add(tally.added);
    if (outcome.status !== "delivered") {
      failed.add(items + tally.filtered);
      return outcome;
    }
    if (tally.filtered > 0) countDropped("filtered", tally.filtered);
    if (outcome.rejected > 0) countDropped(outcome.reason, outcome.rejected);
    delivered.add(items - outcome.rejected);
    return outcome;
  }

  return async (batch) => {
    incoming.add(batch.items);
    try {
      return await run(batch);
    } catch (error) {
      failed.add(batch.items);
      if (error instanceof OperatingError) return { status: "invalid", error };
      logFault(error);
      return { status: "failed", retryable: true, retry_after_ms: 0 };
    }
  };
}

function dropped(batch: Batch, { reason }: Dropped): Outcome {
  const shown = reason.length <= REASON_LENGTH_MAX && REASON.test(reason) ? reason : "other";
  return { status: "delivered", rejected: batch.items, reason: shown };
}

function toOutcome(result: ExportResult, items: number): Outcome {
  if (result.status === "failed")
    return {
      status: "failed",
      retryable: result.retryable,
      retry_after_ms: result.retry_after_ms ?? 0,
    };
  if (result.rejected === 0) return DELIVERED;
  const rejected = Math.min(result.rejected, items); // a destination may claim anything
  return { status: "delivered", rejected, reason: "rejected_by_destination" };
}
