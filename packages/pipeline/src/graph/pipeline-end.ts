import { OperatingError } from "@scrim/errors";
import type { Batch } from "../batch.ts";
import type { ExportResult } from "../component.ts";
import { exporterCounts } from "../delivery/exporter-counts.ts";
import { faultLog } from "../fault-log.ts";
import type { Log } from "../log.ts";
import { DELIVERED, type FailureReason, type Outcome, worst } from "../outcome.ts";
import type { Queue } from "../queue.ts";
import { passStep } from "../telemetry/batch-steps.ts";
import type { MetricDefinition } from "../telemetry/metric-definition.ts";
import type { MetricRegistry } from "../telemetry/metric-registry.ts";
import {
  EXPORTER_ENQUEUE_FAILED,
  PIPELINE_DELIVERED_ITEMS,
  PIPELINE_QUEUED_ITEMS,
} from "../telemetry/pipeline-metrics.ts";
import { stepSpan } from "../telemetry/step-span.ts";
import { Tracer } from "../telemetry/tracer.ts";
import { troubleLog } from "../trouble-log.ts";

/** Where a pipeline's batches go behind its processors. */
export interface PipelineEnd {
  /** What the client may be told. Never throws. */
  accept(batch: Batch): Promise<Outcome>;
  /** Counts the items that came here and were neither refused nor rejected. */
  readonly counted: MetricDefinition<"pipeline">;
}

/** An exporter with what is wrapped around every one of them. Never throws. */
export type ExportStep = (batch: Batch) => Promise<ExportResult>;

/** All exporters at once, while the client waits. */
export function endInExporters(exporters: readonly ExportStep[]): PipelineEnd {
  return {
    counted: PIPELINE_DELIVERED_ITEMS,
    async accept(batch) {
      const results = await Promise.all(exporters.map((send) => send(batch)));
      return worst(results.map(toOutcome));
    },
  };
}

/** A queue, which answers for all the exporters. Whatever goes wrong there may pass, but for a batch that it never has room for. */
export function endInQueue(
  pipeline: string,
  queue: Queue,
  exporters: readonly string[],
  {
    metrics,
    log,
    tracer = new Tracer(),
  }: { readonly metrics: MetricRegistry; readonly log: Log; readonly tracer?: Tracer | undefined },
): PipelineEnd {
  const path = `service.pipelines.${pipeline}`;
  const counts = exporters.map((id) => exporterCounts(id, metrics));
  const [logFault, logTrouble] = [faultLog(path, log), troubleLog(path, log)];
  return {
    counted: PIPELINE_QUEUED_ITEMS,
    async accept(batch) {
      try {
        // What goes on from the queue belongs to the way of the batch, and not to this step.
        await tracer.step(batch, stepSpan("queue", pipeline, batch), () => queue.append(batch, exporters));
      } catch (error) {
        for (const exporter of exporters)
          metrics.counter(EXPORTER_ENQUEUE_FAILED[batch.signal], { exporter }).add(batch.items);
        if (error instanceof OperatingError && error.code === "TOO_LARGE")
          return { status: "invalid", error };
        if (error instanceof OperatingError) logTrouble(`the queue refuses: ${error.code}`);
        else logFault(error);
        return { status: "failed", retryable: true, reason: toReason(error), retry_after_ms: 0 };
      }
      passStep("queued", batch);
      logTrouble("");
      for (const { enqueued } of counts) enqueued(batch.items);
      return DELIVERED;
    },
  };
}

function toReason(error: unknown): FailureReason {
  const { code } = error as { readonly code?: unknown };
  return code === "QUEUE_FULL" ? "queue_full" : "queue_failed";
}

function toOutcome(result: ExportResult): Outcome {
  if (result.status === "failed")
    return {
      status: "failed",
      retryable: result.retryable,
      reason: "destination",
      retry_after_ms: result.retry_after_ms ?? 0,
    };
  if (result.rejected === 0) return DELIVERED;
  return { status: "delivered", rejected: result.rejected, reason: "rejected_by_destination" };
}
