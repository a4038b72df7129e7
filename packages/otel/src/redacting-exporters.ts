import { LogRecordRedactor } from "./log-record-redactor.ts";
import { type RedactionOptions, type RedactionSetup, setUpRedaction } from "./redaction-options.ts";
import type { RedactedSignal } from "./redaction-telemetry.ts";
import { reportFault } from "./report-fault.ts";
import { ResourceRedactor } from "./resource-redactor.ts";
import type { LogRecordLike, SpanLike } from "./sdk-types.ts";
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
  const resources = new ResourceRedactor("logs", setup);
  return exporter("logs", setup, delegate, (record) => resources.place(records.redact(record)));
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
  const resources = new ResourceRedactor("traces", setup);
  return exporter("traces", setup, delegate, (span) => resources.place(spans.redact(span)));
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
