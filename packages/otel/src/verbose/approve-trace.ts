import { type Context, trace } from "@opentelemetry/api";
import { type ApprovedTracesOptions, approvalOfRoot } from "./approved-traces.ts";

/**
 * Looks at the current trace again, with what is known by now: the route, who is logged in, the tenant. From then on its records are captured and
 * its calls carry the token, in this process and behind it. Returns whether the trace is approved. `attributes` are those that predicates may ask for.
 *
 * @example
 * ```ts
 * import { ROOT_CONTEXT } from "@opentelemetry/api";
 * import { GrantSet } from "@scrim/grants";
 * import { approveTrace } from "@scrim/otel";
 * console.log(approveTrace({ grants: new GrantSet() }, ROOT_CONTEXT, { "http.route": "/pay", tenant: "42" })); // false
 * ```
 */
export function approveTrace(
  approved: ApprovedTracesOptions,
  context: Context,
  attributes: Readonly<Record<string, unknown>>,
): boolean {
  const traceId = trace.getSpanContext(context)?.traceId;
  return traceId !== undefined && approvalOfRoot(approved, traceId, attributes) !== undefined;
}
