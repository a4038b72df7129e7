import type { GrantSet } from "@scrim/grants";
import { reportFault } from "../report-fault.ts";
import type { LogRecordLike, SpanContextLike, SpanLike } from "../sdk-types.ts";
import { approvalOf } from "./approved-traces.ts";

/** The least `severityNumber` of ERROR (OpenTelemetry log data model). */
const ERROR = 17;

/** `SpanStatusCode.ERROR`. */
const STATUS_ERROR = 2;

export function isErrorRecord({ severityNumber }: LogRecordLike): boolean {
  return severityNumber !== undefined && severityNumber >= ERROR;
}

export function isErrorSpan({ status }: SpanLike): boolean {
  return status.code === STATUS_ERROR;
}

/**
 * Approves the trace of an error under a standing grant for errors. Predicates are asked of the attributes that came with the error, of the record or
 * the span: nothing else is at hand everywhere. Never throws.
 */
export function approveError(
  grants: GrantSet,
  spanContext: SpanContextLike | undefined,
  attributes: object,
): void {
  try {
    if (spanContext === undefined || approvalOf(grants, spanContext) !== undefined) return;
    grants.approveError(spanContext.traceId, attributes as Record<string, unknown>);
  } catch (error) {
    reportFault("a trace with an error was not looked up among the grants", error);
  }
}
