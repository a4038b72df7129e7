import { type Attributes, type Context, isSpanContextValid, trace } from "@opentelemetry/api";
import { reportFault } from "../report-fault.ts";
import type { TraceStateLike } from "../sdk-types.ts";
import { type ApprovedTracesOptions, approvalOf, approvalOfRoot } from "./approved-traces.ts";
import { withToken } from "./trace-state-member.ts";

/** A `Sampler` of either major of the SDK. */
export interface SamplerLike {
  shouldSample(
    context: unknown,
    traceId: string,
    spanName: string,
    spanKind: number,
    attributes: object,
    links: unknown[],
  ): SamplingResultLike;
  toString(): string;
}

export interface SamplingResultLike {
  /** 0: not recorded, 1: recorded, 2: recorded and sampled. */
  decision: number;
  attributes?: Readonly<Attributes>;
  traceState?: TraceStateLike;
}

export interface ApprovedTraceSamplerOptions extends ApprovedTracesOptions {
  /** Decides on all other traces: the application's own sampler. */
  readonly delegate: SamplerLike;
}

const RECORD_AND_SAMPLED = 2;

/**
 * A `Sampler` that samples approved traces whatever the application's own one says, and writes their token into `tracestate`, so that the services
 * behind know. A local root is looked at by its trace id and by what it begins with; its children go with it.
 *
 * @example
 * ```ts
 * import { GrantSet } from "@scrim/grants";
 * import { createApprovedTraceSampler } from "@scrim/otel";
 * const never = { shouldSample: () => ({ decision: 0 }), toString: () => "never" };
 * const sampler = createApprovedTraceSampler({ grants: new GrantSet(), delegate: never });
 * console.log(String(sampler)); // ScrimApprovedTraces{never}
 * ```
 */
export function createApprovedTraceSampler({
  delegate,
  ...approved
}: ApprovedTraceSamplerOptions): SamplerLike {
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const result = delegate.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      if (approved.grants.isEmpty) return result;
      try {
        return raised(result, approved, context as Context, traceId, attributes);
      } catch (error) {
        reportFault("a trace was not looked up among the approved", error);
        return result;
      }
    },
    toString: () => `ScrimApprovedTraces{${delegate}}`,
  };
}

function raised(
  result: SamplingResultLike,
  approved: ApprovedTracesOptions,
  context: Context,
  traceId: string,
  attributes: object,
): SamplingResultLike {
  const current = trace.getSpanContext(context);
  const parent = current !== undefined && isSpanContextValid(current) ? current : undefined;
  const isRoot = parent === undefined || parent.isRemote === true;
  const approval =
    approvalOf(approved.grants, parent) ??
    (isRoot ? approvalOfRoot(approved, traceId, attributes as Record<string, unknown>) : undefined);
  if (approval === undefined) return result;
  const token = approved.grants.tokenOf(approval, traceId);
  const traceState = withToken(result.traceState ?? parent?.traceState, token);
  return { ...result, decision: RECORD_AND_SAMPLED, traceState };
}
