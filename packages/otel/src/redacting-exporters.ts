import { LogRecordRedactor } from "./log-record-redactor.ts";
import { RedactedLogRecord } from "./redacted-log-record.ts";
import { RedactedSpan } from "./redacted-span.ts";
import { type RedactionOptions, type RedactionSetup, setUpRedaction } from "./redaction-options.ts";
import type { RedactedSignal } from "./redaction-telemetry.ts";
import { reportFault } from "./report-fault.ts";
import { ResourceRedactor } from "./resource-redactor.ts";
import type { LogRecordLike, ResourceLike, ScopeLike, SpanLike } from "./sdk-types.ts";
import { SpanRedactor } from "./span-redactor.ts";

/** What an exporter answers; 0 is success, 1 failure. */
export interface ExportResultLike {
  code: number;
  error?: Error;
}

/** An exporter of log records or spans of either major of the SDK. */
export interface ExporterLike<Item> {
  export(items: Item[], resultCallback: (result: ExportResultLike) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The same with a `forceFlush`, as exporters of log records must have. */
export interface RedactingExporter<Item> extends ExporterLike<Item> {
  forceFlush(): Promise<void>;
}

export interface RedactingExporterOptions<Item> extends RedactionOptions {
  /** Gets the redacted copies. */
  readonly delegate: ExporterLike<Item>;
}

const FAILED = 1;

/**
 * An exporter of log records that redacts what it is given, with resource and scope, and passes it on. Behind all
 * processors it sees what they add, and what the SDK finds out about the resource; what a redacting processor made comes
 * through unchanged.
 *
 * @example
 * ```ts
 * import { createRedactingLogRecordExporter } from "@scrim/otel";
 * const delegate = { export() {}, shutdown: async () => {} };
 * console.log(typeof createRedactingLogRecordExporter({ delegate }).export); // function
 * ```
 */
export function createRedactingLogRecordExporter({
  delegate,
  ...options
}: RedactingExporterOptions<LogRecordLike>): RedactingExporter<LogRecordLike> {
  const setup = setUpRedaction(options);
  const records = new LogRecordRedactor(setup);
  const placed = placing("logs", setup, RedactedLogRecord.placed);
  return exporter("logs", setup, delegate, (record) => placed(record, records.redact(record)));
}

/**
 * The same for spans.
 *
 * @example
 * ```ts
 * import { createRedactingSpanExporter } from "@scrim/otel";
 * const delegate = { export() {}, shutdown: async () => {} };
 * console.log(typeof createRedactingSpanExporter({ delegate }).export); // function
 * ```
 */
export function createRedactingSpanExporter({
  delegate,
  ...options
}: RedactingExporterOptions<SpanLike>): RedactingExporter<SpanLike> {
  const setup = setUpRedaction(options);
  const spans = new SpanRedactor(setup);
  const placed = placing("traces", setup, RedactedSpan.placed);
  return exporter("traces", setup, delegate, (span) => placed(span, spans.redact(span)));
}

interface Placed {
  readonly resource: ResourceLike;
  readonly instrumentationScope: ScopeLike;
}

/** Puts the redacted resource and scope into a copy. */
function placing<Copy extends Placed>(
  signal: RedactedSignal,
  setup: RedactionSetup,
  place: (copy: Copy, resource: ResourceLike, scope: ScopeLike) => Copy,
): (original: Placed, copy: Copy) => Copy {
  const resources = new ResourceRedactor(signal, setup);
  return ({ resource, instrumentationScope }, copy) =>
    place(copy, resources.resource(resource), resources.scope(instrumentationScope, resource));
}

function exporter<Item>(
  signal: RedactedSignal,
  { telemetry }: RedactionSetup,
  delegate: ExporterLike<Item>,
  redact: (item: Item) => Item,
): RedactingExporter<Item> {
  return {
    export(items, resultCallback) {
      let redacted: Item[];
      try {
        redacted = items.map(redact);
      } catch (error) {
        telemetry.lost(signal, items.length);
        reportFault("a batch was lost", error);
        resultCallback({ code: FAILED });
        return;
      }
      delegate.export(redacted, resultCallback);
    },
    forceFlush: async () => delegate.forceFlush?.(),
    shutdown: () => delegate.shutdown(),
  };
}
