import type { GrantSet } from "@scrim/grants";
import type { SpanProcessorLike } from "../redacting-span-processor.ts";
import { reportFault } from "../report-fault.ts";
import { approveError, isErrorSpan } from "./approve-error.ts";

export interface ErrorSpanProcessorOptions {
  readonly grants: GrantSet;
}

/**
 * A `SpanProcessor` that tells a flight recorder of spans that end with an error: where a standing grant for errors allows it, their trace is approved
 * and what is held of it released. It exports nothing, and stands beside the other processors. Spans that are not recorded, which a sampler
 * decided, are not seen by any processor; a record of ERROR does the same for their traces.
 *
 * @example
 * ```ts
 * import { GrantSet } from "@scrim/grants";
 * import { createErrorSpanProcessor } from "@scrim/otel";
 * const processor = createErrorSpanProcessor({ grants: new GrantSet() });
 * console.log(typeof processor.onEnd); // function
 * ```
 */
export function createErrorSpanProcessor({ grants }: ErrorSpanProcessorOptions): SpanProcessorLike {
  return {
    onStart() {},
    onEnd(span) {
      try {
        if (grants.isForErrors && isErrorSpan(span))
          approveError(grants, span.spanContext(), span.attributes);
      } catch (error) {
        reportFault("a span's error was not looked at", error);
      }
    },
    async forceFlush() {},
    async shutdown() {},
  };
}
