import type { LogRecordProcessorLike } from "@scrim/otel";

export interface SeverityFilterOptions {
  /** The lowest severity number that passes: 9 is info, 1 trace. */
  readonly minimum: number;
  readonly delegate: LogRecordProcessorLike;
}

/**
 * Lets log records pass from a severity on. Stands before the redacting processor, so that what goes no further costs nothing.
 * This is the place for a rule that lets more pass for some traces, once loggers are opened to their lowest level.
 */
export function createSeverityFilter({ minimum, delegate }: SeverityFilterOptions): LogRecordProcessorLike {
  const passes = (severity: number | undefined) => severity === undefined || severity >= minimum;
  return {
    onEmit(record, context) {
      if (passes(record.severityNumber)) delegate.onEmit(record, context);
    },
    // Asked before a record is made; other processors may want a record that this one doesn't, so both say no.
    enabled: (options) => passes(options.severityNumber) && (delegate.enabled?.(options) ?? true),
    forceFlush: (options) => delegate.forceFlush(options),
    shutdown: () => delegate.shutdown(),
  };
}
