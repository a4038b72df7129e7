import type { RedactedSpan } from "./redacted-span.ts";
import { type RedactionOptions, type RedactionSetup, setUpRedaction } from "./redaction-options.ts";
import { reportFault } from "./report-fault.ts";
import type { ResourceRedactor } from "./resource-redactor.ts";
import type { SpanLike } from "./sdk-types.ts";
import { SpanRedactor } from "./span-redactor.ts";

/** A `SpanProcessor` of either major of the SDK. */
export interface SpanProcessorLike {
  onStart(span: unknown, parentContext: unknown): void;
  onEnding?(span: unknown): void;
  onEnd(span: SpanLike): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

export interface RedactingSpanProcessorOptions extends RedactionOptions {
  /** Gets the redacted copies: a batch processor with its exporter. */
  readonly delegate: SpanProcessorLike;
}

/**
 * A `SpanProcessor` that hands redacted copies of ended spans to another one: name, attributes, events, links, status and
 * trace state. Spans that have not ended are the application's, which the delegate may still change. Never
 * throws: a span that can't be redacted keeps its ids, times and status code, and says in `redaction.withheld` what is gone.
 *
 * @throws {OperatingError} where `policy` names a file that can't be read or is no policy
 *
 * @example
 * ```ts
 * import { createRedactingSpanProcessor } from "@scrim/otel";
 * const delegate = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
 * const processor = createRedactingSpanProcessor({ delegate });
 * console.log(typeof processor.onEnd); // function
 * ```
 */
export function createRedactingSpanProcessor({
  delegate,
  ...options
}: RedactingSpanProcessorOptions): SpanProcessorLike {
  return spanProcessor(setUpRedaction(options), delegate);
}

/** The same of a set-up. With `resources`, resource and scope of the copies are redacted as well. */
export function spanProcessor(
  setup: RedactionSetup,
  delegate: SpanProcessorLike,
  resources?: ResourceRedactor,
): SpanProcessorLike {
  const redactor = new SpanRedactor(setup);
  const redacted = (span: SpanLike): RedactedSpan => {
    const copy = redactor.redact(span);
    return resources === undefined ? copy : resources.place(copy);
  };
  return {
    onStart(span, parentContext) {
      guarded("a span's start was not passed on", () => delegate.onStart(span, parentContext));
    },
    onEnding(span) {
      guarded("a span's ending was not passed on", () => delegate.onEnding?.(span));
    },
    onEnd(span) {
      const passedOn = guarded("a span was lost", () => delegate.onEnd(redacted(span)));
      if (!passedOn) setup.telemetry.lost("traces");
    },
    forceFlush: () => delegate.forceFlush(),
    shutdown: () => delegate.shutdown(),
  };
}

function guarded(what: string, action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    reportFault(what, error);
    return false;
  }
}
