import { SIGNALS, type Signal } from "@scrim/wire";
import { type Batch, isDropped, isSifted, type Processed } from "../batch.ts";
import type { Consumer, Processor } from "../component.ts";
import { type Outcome, worst } from "../outcome.ts";
import { shownReason } from "../reason.ts";
import { passStep } from "../telemetry/batch-steps.ts";
import type { MetricRegistry } from "../telemetry/metric-registry.ts";
import {
  PROCESSOR_DURATION,
  PROCESSOR_INCOMING_ITEMS,
  PROCESSOR_OUTGOING_ITEMS,
  RECEIVER_ACCEPTED,
  RECEIVER_CLIENT_ITEMS,
  RECEIVER_IN_FLIGHT_ITEMS,
  RECEIVER_RECEIVED_ITEMS,
  RECEIVER_REFUSED,
} from "../telemetry/pipeline-metrics.ts";
import { stepSpan } from "../telemetry/step-span.ts";
import type { SpanNotes, Tracer } from "../telemetry/tracer.ts";
import type { ProcessStep } from "./run-pipeline.ts";

/** What is counted and logged around every component, whoever wrote it. */

const MS_PER_SECOND = 1_000;

/** Counts items and time. Errors pass through. */
export function instrumentProcessor(
  id: string,
  processor: Processor,
  metrics: MetricRegistry,
  tracer: Tracer,
): ProcessStep {
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
      const result = await tracer.step(batch, stepSpan("processor", id, batch), async (_, span) => {
        const processed = await processor.process(batch);
        noteProcessed(span, processed);
        return withTrace(processed, batch);
      });
      if (isSifted(result)) outgoing.add(result.batch.items);
      else if (!isDropped(result)) outgoing.add(result.items);
      return result;
    } finally {
      duration.record((performance.now() - start) / MS_PER_SECOND);
    }
  };
}

/** Sends a batch through all pipelines that read from a receiver, and counts what the client is told. */
export function instrumentReceiver(
  receiver: string,
  signal: Signal,
  pipelines: readonly ((batch: Batch) => Promise<Outcome>)[],
  metrics: MetricRegistry,
  tracer: Tracer,
): Consumer {
  async function travel(batch: Batch, transport: string): Promise<Outcome> {
    const start = stepSpan("receiver", receiver, batch, { kind: "server" });
    return await tracer.receive(batch, start, async (traced, span) => {
      passStep("received", traced);
      const outcome = worst(await Promise.all(pipelines.map((run) => run(traced))));
      passStep("decided", traced);
      span.note({ transport, "gateway.outcome": outcome.status });
      if (outcome.status !== "delivered") span.fail();
      return outcome;
    });
  }

  return async (batch, transport) => {
    const labels = { receiver, transport };
    const inFlight = metrics.gauge(RECEIVER_IN_FLIGHT_ITEMS, labels);
    metrics.counter(RECEIVER_RECEIVED_ITEMS, labels).add(batch.items);
    inFlight.add(batch.items);
    const outcome = await travel(batch, transport);
    inFlight.add(-batch.items);
    const isAccepted = outcome.status === "delivered";
    metrics.counter((isAccepted ? RECEIVER_ACCEPTED : RECEIVER_REFUSED)[signal], labels).add(batch.items);
    const client = batch.client.identity?.name;
    if (client !== undefined)
      metrics
        .counter(RECEIVER_CLIENT_ITEMS, { receiver, client, outcome: isAccepted ? "accepted" : "refused" })
        .add(batch.items);
    return outcome;
  };
}

function noteProcessed(span: SpanNotes, result: Processed): void {
  if (isDropped(result))
    span.note({ "gateway.outcome": "dropped", "gateway.reason": shownReason(result.reason) });
  else span.note({ "gateway.items.out": (isSifted(result) ? result.batch : result).items });
}

/** A processor that makes a batch of its own may forget whose way it is on. */
function withTrace(result: Processed, { trace }: Batch): Processed {
  if (trace === undefined || isDropped(result)) return result;
  if (!isSifted(result)) return result.trace === trace ? result : { ...result, trace };
  if (result.batch.trace === trace) return result;
  const { batch, dropped, held } = result;
  return {
    batch: { ...batch, trace },
    dropped,
    held,
    settled: (isDelivered) => result.settled?.(isDelivered),
  };
}

function eachSignal<T>(make: (signal: Signal) => T): Readonly<Record<Signal, T>> {
  return Object.fromEntries(SIGNALS.map((signal) => [signal, make(signal)])) as Record<Signal, T>;
}
