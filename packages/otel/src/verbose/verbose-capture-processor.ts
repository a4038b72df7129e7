import { type Context, trace } from "@opentelemetry/api";
import type { Approval, GrantSet } from "@scrim/grants";
import type { LogRecordProcessorLike } from "../redacting-log-record-processor.ts";
import { reportFault } from "../report-fault.ts";
import type { LogRecordLike, SpanContextLike } from "../sdk-types.ts";
import { approvalOf } from "./approved-traces.ts";
import { ClosedContext } from "./closed-context.ts";
import { sizeOf } from "./record-size.ts";

/** What gateways know a captured record by. They take it off. */
const TOKEN_ATTRIBUTE = "scrim.token";

/** `severityNumber` of INFO: what is below is verbose. */
const INFO = 9;

export interface VerboseCaptureProcessorOptions {
  /** The least `severityNumber` that always passes; INFO (9) unless given. */
  readonly floor?: number;
  readonly grants: GrantSet;
  /** Gets what passes: inside of it, a batch processor with its exporter. */
  readonly delegate: LogRecordProcessorLike;
}

/**
 * A `LogRecordProcessor` that lets records below a floor pass for approved traces only, within what their grant allows, and stamps them
 * with the trace's token for the gateway. Records without a severity are at the floor. Put it inside of the redacting processor, which asks
 * `enabled()` before it does any work, and whose copies it stamps.
 *
 * @example
 * ```ts
 * import { GrantSet } from "@scrim/grants";
 * import { createRedactingLogRecordProcessor, createVerboseCaptureProcessor } from "@scrim/otel";
 * const batch = { onEmit() {}, forceFlush: async () => {}, shutdown: async () => {} };
 * const capture = createVerboseCaptureProcessor({ grants: new GrantSet(), delegate: batch });
 * const processor = createRedactingLogRecordProcessor({ delegate: capture });
 * const question = { context: undefined, instrumentationScope: { name: "shop" } };
 * console.log(processor.enabled({ ...question, severityNumber: 5 })); // false
 * console.log(processor.enabled({ ...question, severityNumber: 9 })); // true
 * ```
 */
export function createVerboseCaptureProcessor({
  floor = INFO,
  grants,
  delegate,
}: VerboseCaptureProcessorOptions): LogRecordProcessorLike {
  const isVerbose = (severity: number | undefined) =>
    severity !== undefined && severity > 0 && severity < floor;

  const closed = new ClosedContext(grants);

  function isWanted(severity: number, context: unknown): boolean {
    if (closed.is(context)) return false;
    const approval = approvalOf(grants, spanContextOf(context));
    if (approval === undefined) closed.remember(context);
    return isApproved(approval, severity);
  }

  return {
    enabled(question) {
      const { severityNumber: severity, context } = question;
      if (isVerbose(severity) && !isWanted(severity!, context)) return false;
      return delegate.enabled?.(question) ?? true;
    },
    onEmit(record, context) {
      const severity = record.severityNumber;
      if (!isVerbose(severity)) {
        delegate.onEmit(record, context);
        return;
      }
      try {
        const spanContext = spanContextOf(context) ?? record.spanContext;
        const approval = approvalOf(grants, spanContext);
        if (!isApproved(approval, severity!) || !approval.grant.takeRecord(sizeOf(record))) return;
        stamp(record, grants.tokenOf(approval, spanContext!.traceId));
      } catch (error) {
        reportFault("a verbose record was not captured", error);
        return;
      }
      delegate.onEmit(record, context);
    },
    forceFlush: (flush) => delegate.forceFlush(flush),
    shutdown: () => delegate.shutdown(),
  };
}

function isApproved(approval: Approval | undefined, severity: number): approval is Approval {
  return approval !== undefined && severity >= approval.severity;
}

/** Of the span that is current, whose trace state a record does not have. */
function spanContextOf(context: unknown): SpanContextLike | undefined {
  return context === undefined ? undefined : trace.getSpanContext(context as Context);
}

/** On a copy that the redacting processor made, or else on the SDK's record, whose attributes are the SDK's own object. */
function stamp(record: LogRecordLike, token: string): void {
  (record.attributes as Record<string, unknown>)[TOKEN_ATTRIBUTE] = token;
}
