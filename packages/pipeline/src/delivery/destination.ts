import { OperatingError } from "@scrim/errors";
import type { Batch } from "../batch.ts";
import type { DeliverySettings, Exporter, ExportFailure, ExportResult } from "../component.ts";
import { faultLog } from "../fault-log.ts";
import type { Log } from "../log.ts";
import { shownReason } from "../reason.ts";
import { passStep } from "../telemetry/batch-steps.ts";
import type { MetricRegistry } from "../telemetry/metric-registry.ts";
import {
  EXPORTER_CONCURRENCY_LIMIT,
  EXPORTER_FAILURES,
  EXPORTER_IN_FLIGHT_REQUESTS,
} from "../telemetry/pipeline-metrics.ts";
import { noteResult, stepSpan } from "../telemetry/step-span.ts";
import { type SpanStart, Tracer } from "../telemetry/tracer.ts";
import { troubleLog } from "../trouble-log.ts";
import type { Clock } from "./clock.ts";
import { ConcurrencyLimit } from "./concurrency-limit.ts";
import { RetryOnFailure } from "./retry.ts";
import { SendingQueue } from "./sending-queue.ts";

/** An exporter with what is wrapped around every one of them, whoever wrote it. */
export interface Destination {
  /** As the configuration names its exporter. */
  readonly id: string;
  /** Those of now: an exporter that stays over a reload may get others. */
  readonly settings: DeliverySettings;
  /** Requests that may be on their way at once, where nobody waits for them. */
  readonly limit: ConcurrencyLimit;
  /** Where its batches go, as its exporter says it. */
  readonly goesTo: string | undefined;
  /** For which time it asked. */
  readonly pause: Pause;
  /** Milliseconds that it asked to be left alone for, and are still to go. */
  pauseMs(): number;
  /**
   * Makes one attempt, which ends within the time, whatever the exporter does. Never throws. Says no at once while
   * the destination wants to be left alone.
   */
  attempt(batch: Batch, timeLeftMs: number, signal?: AbortSignal, request_id?: string): Promise<ExportResult>;
  /** Resolves when no attempt is on its way. */
  idle(): Promise<void>;
  /** What stands for an attempt that is no use: counted and logged as one that failed for good. */
  refuse(reason: string): ExportFailure;
}

/** Shared by those that go to the same place, one after the other. */
interface Pause {
  /** By the clock. */
  until: number;
}

/** A destination that asks for more is taken to be mistaken. */
const PAUSE_MS_MAX = 5 * 60 * 1_000;

const DEFAULT_SETTINGS: DeliverySettings = {
  retry_on_failure: RetryOnFailure.parse({}),
  sending_queue: SendingQueue.parse({}),
};

export interface DestinationOptions {
  readonly metrics: MetricRegistry;
  readonly log: Log;
  readonly clock: Clock;
  readonly tracer?: Tracer | undefined;
  /** The one whose place it takes. */
  readonly former?: Destination | undefined;
}

export function createDestination(
  id: string,
  exporter: Exporter,
  { metrics, log, clock, tracer = new Tracer(), former }: DestinationOptions,
): Destination {
  const inFlight = metrics.gauge(EXPORTER_IN_FLIGHT_REQUESTS, { exporter: id });
  const logTrouble = troubleLog(`exporters.${id}`, log);
  const logFault = faultLog(`exporters.${id}`, log);
  let attempts = 0;
  const whenIdle: (() => void)[] = [];
  const { goesTo } = exporter;
  const pause: Pause =
    goesTo !== undefined && goesTo === former?.goesTo ? former.pause : { until: Number.NEGATIVE_INFINITY };

  const pauseMs = () => Math.max(0, pause.until - clock.now());

  function note(result: ExportResult): void {
    if (result.status === "failed") logTrouble(result.reason, result.detail);
    else logTrouble("");
    if (result.status === "delivered") return;
    metrics.counter(EXPORTER_FAILURES, { exporter: id, reason: result.reason }).add(1);
    if (!result.retryable) return;
    pause.until = Math.max(pause.until, clock.now() + (result.retry_after_ms ?? 0));
  }

  function clamp(result: ExportResult): ExportResult {
    if (result.status === "delivered" || result.retry_after_ms === undefined) return result;
    return { ...result, retry_after_ms: Math.min(result.retry_after_ms, PAUSE_MS_MAX) };
  }

  const settings = () => exporter.delivery ?? DEFAULT_SETTINGS;
  const limit = new ConcurrencyLimit(() => settings().sending_queue, clock);
  metrics.observe(EXPORTER_CONCURRENCY_LIMIT, { exporter: id }, () => limit.limit);

  return {
    id,
    get settings() {
      return settings();
    },
    limit,
    goesTo,
    pause,
    pauseMs,
    async attempt(batch, timeLeftMs, signal, request_id) {
      const retry_after_ms = pauseMs();
      if (retry_after_ms > 0) return { status: "failed", retryable: true, reason: "paused", retry_after_ms };
      inFlight.add(1);
      passStep("attempted", batch);
      attempts++;
      const result = await tracer.step(batch, attemptSpan(id, batch), async (_traced, span) => {
        const tried = clamp(
          await inTime(clock, timeLeftMs, signal, (aborted) =>
            exportSafely(
              exporter,
              batch,
              { time_left_ms: timeLeftMs, signal: aborted, request_id },
              logFault,
            ),
          ),
        );
        noteResult(span, tried);
        return tried;
      });
      inFlight.add(-1);
      passStep("judged", batch);
      if (--attempts === 0) for (const resolve of whenIdle.splice(0)) resolve();
      note(result);
      return result;
    },
    idle: () => (attempts === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
    refuse(reason) {
      const failure: ExportFailure = { status: "failed", retryable: false, reason };
      note(failure);
      return failure;
    },
  };
}

function attemptSpan(id: string, { signal, items }: Batch): SpanStart {
  return stepSpan("exporter", id, { signal, items }, { name: `exporter/${id}/attempt`, kind: "client" });
}

const TIMED_OUT: ExportResult = { status: "failed", retryable: true, reason: "timeout" };

/** Ends when `attempt` does, its time is up, or `signal` aborts, and lets it know of both. */
async function inTime(
  clock: Clock,
  timeLeftMs: number,
  signal: AbortSignal | undefined,
  attempt: (aborted: AbortSignal) => Promise<ExportResult>,
): Promise<ExportResult> {
  const [ended, aborted] = [new AbortController(), new AbortController()];
  const end = () => ended.abort();
  signal?.addEventListener("abort", end, { once: true });
  if (signal?.aborted) end();
  try {
    const timeUp = clock.sleep(timeLeftMs, ended.signal).then(() => TIMED_OUT);
    return await Promise.race([attempt(aborted.signal), timeUp]);
  } finally {
    signal?.removeEventListener("abort", end);
    ended.abort();
    aborted.abort();
  }
}

async function exportSafely(
  exporter: Exporter,
  batch: Batch,
  attempt: Parameters<Exporter["export"]>[1],
  logFault: (error: unknown) => void,
): Promise<ExportResult> {
  try {
    const result = await exporter.export(batch, attempt);
    if (result.status === "failed") return { ...result, reason: shownReason(result.reason) };
    return { ...result, rejected: rejectedOf(batch, result.rejected) };
  } catch (error) {
    // An exporter's own complaint about the bytes will be the same next time; what else went wrong may pass.
    if (error instanceof OperatingError) return { status: "failed", retryable: false, reason: "unencodable" };
    logFault(error);
    return { status: "failed", retryable: true, reason: "exporter_error" };
  }
}

/** A destination may claim anything. */
function rejectedOf({ items }: Batch, claimed: number): number {
  return Math.min(Math.max(0, claimed), items);
}
