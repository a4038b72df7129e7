import type { Approval, GrantSet, TraceLeases } from "@scrim/grants";
import type { SpanContextLike } from "../sdk-types.ts";
import { MEMBER } from "./trace-state-member.ts";

export interface ApprovedTracesOptions {
  readonly grants: GrantSet;
  /** Counts the traces of predicates. Without, predicates take none. */
  readonly leases?: TraceLeases | undefined;
}

/** The approval that a span's context has: by its token, or since its trace is named or was approved here. */
export function approvalOf(grants: GrantSet, context: SpanContextLike | undefined): Approval | undefined {
  if (context === undefined || grants.isEmpty) return undefined;
  const token = context.traceState?.get(MEMBER);
  const byToken = token === undefined ? undefined : grants.forToken(token, context.traceId);
  return byToken ?? grants.forTraceId(context.traceId);
}

/** The approval of a trace that begins here, with what its local root begins with. A predicate takes a leased trace. */
export function approvalOfRoot(
  { grants, leases }: ApprovedTracesOptions,
  traceId: string,
  attributes: Readonly<Record<string, unknown>>,
): Approval | undefined {
  if (grants.isEmpty) return undefined;
  const named = grants.forTraceId(traceId);
  if (named !== undefined || leases === undefined) return named;
  const grant = grants.forRoot(attributes);
  return grant !== undefined && leases.take(grant) ? grants.approve(grant, traceId) : undefined;
}
