import { OperatingError } from "@scrim/errors";
import { SIGNALS, type Signal } from "@scrim/wire";
import { type Batch, isDropped, isSifted } from "../batch.ts";
import type { Consumer, Exporter, ExportResult, Processor } from "../component.ts";
import { faultLog } from "../fault-log.ts";
import type { Log } from "../log.ts";
import { type Outcome, worst } from "../outcome.ts";
import type { Counter, MetricRegistry } from "../telemetry/metric-registry.ts";
import {
  EXPORTER_FAILURES,
  EXPORTER_IN_FLIGHT_REQUESTS,
  EXPORTER_REJECTED_ITEMS,
  EXPORTER_SEND_FAILED,
  EXPORTER_SENT,
  PROCESSOR_DURATION,
  PROCESSOR_INCOMING_ITEMS,
  PROCESSOR_OUTGOING_ITEMS,
  RECEIVER_ACCEPTED,
  RECEIVER_IN_FLIGHT_ITEMS,
  RECEIVER_RECEIVED_ITEMS,
  RECEIVER_REFUSED,
} from "../telemetry/pipeline-metrics.ts";
import type { ExportStep, ProcessStep } from "./run-pipeline.ts";

/** What is counted and logged around every component, whoever wrote it. */

const MS_PER_SECOND = 1_000;

/** Counts items and time. Errors pass through. */
export function instrumentProcessor(id: string, processor: Processor, metrics: MetricRegistry): ProcessStep {
  const bySignal = eachSignal((otel_signal) => {
    const labels = { processor: id, otel_signal };
    return {
      incoming: metrics.counter(PROCESSOR_INCOMING_ITEMS, labels),
      outgoing: metrics.counter(PROCESSOR_OUTGOING_ITEMS, labels),
      duration: metrics.histogram(PROCESSOR_DURATION, labels),
    };
  });
  return async (batch) => {
    const { incoming, outgoing, duration } = bySignal[batch.signal];
    const start = performance.now();
    incoming.add(batch.items);
    try {
      const result = await processor.process(batch);
      if (isSifted(result)) outgoing.add(result.batch.items);
      else if (!isDropped(result)) outgoing.add(result.items);
      return result;
    } finally {
      duration.record((performance.now() - start) / MS_PER_SECOND);
    }
  };
}

/** Counts what was sent, rejected and failed, and turns an error into a failure that is worth a retry. */
export function instrumentExporter(
  id: string,
  exporter: Exporter,
  metrics: MetricRegistry,
  log: Log,
): ExportStep {
  const sent = eachSignal((signal) => metrics.counter(EXPORTER_SENT[signal], { exporter: id }));
  const sendFailed = eachSignal((signal) => metrics.counter(EXPORTER_SEND_FAILED[signal], { exporter: id }));
  const rejected = metrics.counter(EXPORTER_REJECTED_ITEMS, { exporter: id });
  const inFlight = metrics.gauge(EXPORTER_IN_FLIGHT_REQUESTS, { exporter: id });
  const troubles = troubleLog(id, log);
  const logFault = faultLog(`exporters.${id}`, log);
  return async (batch) => {
    inFlight.add(1);
    const result = await exportSafely(exporter, batch, logFault);
    inFlight.add(-1);
    if (result.status === "delivered") {
      rejected.add(result.rejected);
      sent[batch.signal].add(Math.max(0, batch.items - result.rejected));
    } else {
      sendFailed[batch.signal].add(batch.items);
      metrics.counter(EXPORTER_FAILURES, { exporter: id, reason: result.reason }).add(1);
    }
    troubles(result);
    return result;
  };
}

async function exportSafely(
  exporter: Exporter,
  batch: Batch,
  logFault: (error: unknown) => void,
): Promise<ExportResult> {
  try {
    return await exporter.export(batch);
  } catch (error) {
    // An exporter's own complaint about the bytes will be the same next time; what else went wrong may pass.
    if (error instanceof OperatingError) return { status: "failed", retryable: false, reason: "unencodable" };
    logFault(error);
    return { status: "failed", retryable: true, reason: "exporter_error" };
  }
}

/** Says when an exporter's trouble begins, changes and ends, not once for each batch. */
function troubleLog(id: string, log: Log): (result: ExportResult) => void {
  let trouble = "";
  return (result) => {
    const now = result.status === "failed" ? result.reason : "";
    if (now === trouble) return;
    trouble = now;
    if (now === "") log.info(`exporters.${id}: delivers again`);
    else log.warn(`exporters.${id}: can't deliver: ${now}`);
  };
}

/** Sends a batch through all pipelines that read from a receiver, and counts what the client is told. */
export function instrumentReceiver(
  receiver: string,
  signal: Signal,
  pipelines: readonly ((batch: Batch) => Promise<Outcome>)[],
  metrics: MetricRegistry,
): Consumer {
  return async (batch, transport) => {
    const labels = { receiver, transport };
    const inFlight = metrics.gauge(RECEIVER_IN_FLIGHT_ITEMS, labels);
    metrics.counter(RECEIVER_RECEIVED_ITEMS, labels).add(batch.items);
    inFlight.add(batch.items);
    const outcome = worst(await Promise.all(pipelines.map((run) => run(batch))));
    inFlight.add(-batch.items);
    const counted: Counter = metrics.counter(
      (outcome.status === "delivered" ? RECEIVER_ACCEPTED : RECEIVER_REFUSED)[signal],
      labels,
    );
    counted.add(batch.items);
    return outcome;
  };
}

function eachSignal<T>(make: (signal: Signal) => T): Readonly<Record<Signal, T>> {
  return Object.fromEntries(SIGNALS.map((signal) => [signal, make(signal)])) as Record<Signal, T>;
}
