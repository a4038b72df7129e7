import { LogRecordRedactor } from "./log-record-redactor.ts";
import { type RedactionOptions, type RedactionSetup, setUpRedaction } from "./redaction-options.ts";
import { reportFault } from "./report-fault.ts";
import type { ResourceRedactor } from "./resource-redactor.ts";
import type { LogRecordLike } from "./sdk-types.ts";

/** A `LogRecordProcessor` of either major of the SDK. */
export interface LogRecordProcessorLike {
  onEmit(logRecord: LogRecordLike, context?: unknown): void;
  enabled?(options: LogRecordProcessorEnabledOptions): boolean;
  forceFlush(options?: { timeoutMillis?: number }): Promise<void>;
  shutdown(): Promise<void>;
}

/** What the SDK asks before it makes a record. */
export interface LogRecordProcessorEnabledOptions {
  context: unknown;
  instrumentationScope: unknown;
  severityNumber?: number;
  eventName?: string;
}

export interface RedactingLogRecordProcessorOptions extends RedactionOptions {
  /** Gets the redacted copies: a batch processor with its exporter. */
  readonly delegate: LogRecordProcessorLike;
}

/**
 * A `LogRecordProcessor` that hands redacted copies of log records to another one. The application's own objects, which
 * bodies are, stay as they are. What is returned never throws: a record that can't be redacted keeps its ids, times and
 * severity, and says in `redaction.withheld` what is gone.
 *
 * @throws {OperatingError} where `policy` names a file that can't be read or is no policy
 *
 * @example
 * ```ts
 * import { createRedactingLogRecordProcessor } from "@scrim/otel";
 * const shown = { onEmit: (record) => console.log(record.body), forceFlush: async () => {}, shutdown: async () => {} };
 * const processor = createRedactingLogRecordProcessor({ delegate: shown });
 * processor.onEmit({
 *   hrTime: [0, 0],
 *   hrTimeObserved: [0, 0],
 *   resource: { attributes: {} },
 *   instrumentationScope: { name: "shop" },
 *   attributes: {},
 *   droppedAttributesCount: 0,
 *   body: "mail from jane@shop.example",
 * }); // mail from [REDACTED:email]
 * ```
 */
export function createRedactingLogRecordProcessor({
  delegate,
  ...options
}: RedactingLogRecordProcessorOptions): LogRecordProcessorLike {
  return logRecordProcessor(setUpRedaction(options), delegate);
}

/** The same of a set-up. With `resources`, resource and scope of the copies are redacted as well. */
export function logRecordProcessor(
  setup: RedactionSetup,
  delegate: LogRecordProcessorLike,
  resources?: ResourceRedactor,
): LogRecordProcessorLike {
  const redactor = new LogRecordRedactor(setup);
  return {
    onEmit(logRecord, context) {
      try {
        if (!isWanted(delegate, logRecord, context)) return;
        const copy = redactor.redact(logRecord);
        delegate.onEmit(resources === undefined ? copy : resources.place(copy), context);
      } catch (error) {
        setup.telemetry.lost("logs");
        reportFault("a log record was lost", error);
      }
    },
    enabled: (question) => delegate.enabled?.(question) ?? true,
    forceFlush: (flush) => delegate.forceFlush(flush),
    shutdown: () => delegate.shutdown(),
  };
}

/** A delegate that would drop the record is asked before any work is done for it. */
function isWanted(delegate: LogRecordProcessorLike, record: LogRecordLike, context: unknown): boolean {
  if (delegate.enabled === undefined) return true;
  const { instrumentationScope, severityNumber, eventName } = record;
  return delegate.enabled({
    context,
    instrumentationScope,
    ...(severityNumber !== undefined && { severityNumber }),
    ...(eventName !== undefined && { eventName }),
  });
}
