import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type SpanContext,
  trace,
} from "@opentelemetry/api";
import { reportFault } from "../report-fault.ts";
import type { TraceStateLike } from "../sdk-types.ts";
import { type ApprovedTracesOptions, approvalOf, approvalOfRoot } from "./approved-traces.ts";
import type { TraceClients } from "./trace-clients.ts";
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
  /** Told of each local root, for a flight recorder that is fair between clients. */
  readonly clients?: TraceClients | undefined;
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
  clients,
  ...approved
}: ApprovedTraceSamplerOptions): SamplerLike {
  return {
    shouldSample(context, traceId, spanName, spanKind, attributes, links) {
      const result = delegate.shouldSample(context, traceId, spanName, spanKind, attributes, links);
      if (approved.grants.isEmpty && clients === undefined) return result;
      try {
        const parent = parentIn(context as Context);
        if (clients !== undefined && isLocalRoot(parent)) clients.note(traceId, attributes);
        return raised(result, approved, parent, traceId, attributes);
      } catch (error) {
        reportFault("a trace was not looked up among the approved", error);
        return result;
      }
    },
    toString: () => `ScrimApprovedTraces{${delegate}}`,
  };
}

function parentIn(context: Context): SpanContext | undefined {
  const current = trace.getSpanContext(context);
  return current !== undefined && isSpanContextValid(current) ? current : undefined;
}

function isLocalRoot(parent: SpanContext | undefined): boolean {
  return parent === undefined || parent.isRemote === true;
}

function raised(
  result: SamplingResultLike,
  approved: ApprovedTracesOptions,
  parent: SpanContext | undefined,
  traceId: string,
  attributes: object,
): SamplingResultLike {
  if (approved.grants.isEmpty) return result;
  const approval =
    approvalOf(approved.grants, parent) ??
    (isLocalRoot(parent)
      ? approvalOfRoot(approved, traceId, attributes as Record<string, unknown>)
      : undefined);
  if (approval === undefined) return result;
  const token = approved.grants.tokenOf(approval, traceId);
  const traceState = withToken(result.traceState ?? parent?.traceState, token);
  return { ...result, decision: RECORD_AND_SAMPLED, traceState };
}
