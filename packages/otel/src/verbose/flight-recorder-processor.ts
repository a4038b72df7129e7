import { type Context, isSpanContextValid, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import {
  type Clock,
  FlightRecorder,
  type FlightRecorderLimits,
  type GrantSet,
  systemClock,
} from "@scrim/grants";
import type { LogRecordProcessorLike } from "../redacting-log-record-processor.ts";
import { reportFault } from "../report-fault.ts";
import type { LogRecordLike, SpanContextLike } from "../sdk-types.ts";
import { approveError, isErrorRecord } from "./approve-error.ts";
import { approvalOf } from "./approved-traces.ts";
import { ownSpanContext, snapshotOf } from "./record-snapshot.ts";
import type { TraceClients } from "./trace-clients.ts";

/** Says on the first record that is released how many came before it and are gone. */
const EVICTED_ATTRIBUTE = "redaction.evicted";

/** `severityNumber` of INFO: what is below is verbose. */
const INFO = 9;

const TEND_MS = 1_000;

export interface FlightRecorderProcessorOptions {
  readonly grants: GrantSet;
  /** The floor of the verbose capture behind; INFO (9) unless given. */
  readonly floor?: number;
  /** How much is held, and how long. */
  readonly limits?: FlightRecorderLimits;
  readonly clock?: Clock;
  /** Whom traces are for, so that one client can't push out what others left. Without, the oldest trace of all makes room. */
  readonly clients?: TraceClients | undefined;
  /** Gets what passes and what is released: the redacting processor, with verbose capture inside. */
  readonly delegate: LogRecordProcessorLike;
}

/** A record with the span that was current. */
interface Held {
  readonly record: LogRecordLike;
  readonly spanContext: SpanContextLike;
}

/**
 * A `LogRecordProcessor` that holds records below the floor in memory while nobody has approved their trace, and releases them, in their
 * order, once somebody does with a `lookback_s`, or once a record of ERROR or worse comes and a standing grant for errors allows it. Copies are held as they were logged, and redacted by the policy of the moment when they leave.
 * Put it outside of the redacting processor. What is held when the process ends is gone.
 *
 * @example
 * ```ts
 * import { GrantSet } from "@scrim/grants";
 * import { createFlightRecorderProcessor } from "@scrim/otel";
 * const redacting = { onEmit() {}, forceFlush: async () => {}, shutdown: async () => {} };
 * const processor = createFlightRecorderProcessor({ grants: new GrantSet(), delegate: redacting });
 * await processor.shutdown();
 * console.log(typeof processor.onEmit); // function
 * ```
 */
export function createFlightRecorderProcessor({
  grants,
  floor = INFO,
  limits,
  clock = systemClock,
  clients,
  delegate,
}: FlightRecorderProcessorOptions): LogRecordProcessorLike {
  const recorder = new FlightRecorder<Held>(limits, clock);
  const isVerbose = (severity: number | undefined) =>
    severity !== undefined && severity > 0 && severity < floor;

  function release(traceId: string): void {
    const approval = grants.forTraceId(traceId);
    if (approval === undefined) return;
    const recording = recorder.take(traceId, approval.grant.grant.lookback_s);
    if (recording === undefined) return;
    const [first] = recording.items;
    if (recording.evicted > 0) {
      (first!.record.attributes as Record<string, unknown>)[EVICTED_ATTRIBUTE] = recording.evicted;
    }
    for (const { record, spanContext } of recording.items) {
      delegate.onEmit(record, trace.setSpanContext(ROOT_CONTEXT, spanContext));
    }
  }

  function releaseApproved(traceId?: string): void {
    try {
      if (grants.isEmpty) return;
      for (const each of traceId === undefined ? [...recorder.traceIds] : [traceId]) release(each);
    } catch (error) {
      reportFault("held records were not released", error);
    }
  }

  const stopListening = grants.onChange(releaseApproved);
  const timer = setInterval(() => recorder.expire(), TEND_MS).unref();

  return {
    enabled(question) {
      if (!isVerbose(question.severityNumber)) return delegate.enabled?.(question) ?? true;
      return spanContextIn(question.context) !== undefined;
    },
    onEmit(record, context) {
      try {
        const spanContext = isVerbose(record.severityNumber)
          ? (spanContextIn(context) ?? record.spanContext)
          : undefined;
        if (spanContext !== undefined && approvalOf(grants, spanContext) === undefined) {
          const snapshot = snapshotOf(record);
          const { traceId } = spanContext;
          const held = { record: snapshot.record, spanContext: ownSpanContext(spanContext) };
          recorder.add(traceId, clients?.of(traceId) ?? "", held, snapshot.bytes);
          return;
        }
      } catch (error) {
        reportFault("a verbose record was not held", error);
        return;
      }
      if (grants.isForErrors && isErrorRecord(record)) {
        approveError(grants, spanContextIn(context) ?? record.spanContext, record.attributes); // what led to it comes first
      }
      delegate.onEmit(record, context);
    },
    forceFlush: (flush) => delegate.forceFlush(flush),
    async shutdown() {
      clearInterval(timer);
      stopListening();
      recorder.clear();
      await delegate.shutdown();
    },
  };
}

function spanContextIn(context: unknown): SpanContextLike | undefined {
  const spanContext = context === undefined ? undefined : trace.getSpanContext(context as Context);
  return spanContext !== undefined && isSpanContextValid(spanContext) ? spanContext : undefined;
}
