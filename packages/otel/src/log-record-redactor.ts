import { withheldLabel } from "@scrim/redact";
import { RecordEngine } from "./record-engine.ts";
import { type LogRecordTexts, RedactedLogRecord } from "./redacted-log-record.ts";
import type { RedactionSetup } from "./redaction-options.ts";
import type { RedactionTelemetry } from "./redaction-telemetry.ts";
import { reportFault } from "./report-fault.ts";
import type { LogRecordLike, SpanContextLike } from "./sdk-types.ts";
import { copySpanContext } from "./span-context.ts";
import type { ValueCopier } from "./value-copier.ts";
import { addKeyValue, anyValueOf, eachField, hexOf, type Message, textOf } from "./value-reader.ts";
import type { ValueWriter } from "./value-writer.ts";

/** Fields of `LogRecord` (opentelemetry/proto/logs/v1/logs.proto). */
const SEVERITY_TEXT = 3;
const BODY = 5;
const ATTRIBUTES = 6;
const TRACE_ID = 9;
const SPAN_ID = 10;
const EVENT_NAME = 12;

/** Makes redacted copies of log records. */
export class LogRecordRedactor {
  readonly #engine: RecordEngine;

  readonly #telemetry: RedactionTelemetry;

  constructor(setup: RedactionSetup) {
    this.#engine = new RecordEngine(setup);
    this.#telemetry = setup.telemetry;
  }

  /**
   * A redacted copy. The application's objects are only read, each property once. Where that or the redaction
   * fails, all texts are withheld.
   */
  redact(record: LogRecordLike): RedactedLogRecord {
    const spanContext = record.spanContext && copySpanContext(record.spanContext);
    try {
      return this.#redact(record, spanContext);
    } catch (error) {
      this.#telemetry.stub("logs");
      reportFault("a log record was withheld", error);
      return new RedactedLogRecord(record, withheldTexts(), spanContext);
    }
  }

  #redact(record: LogRecordLike, spanContext: SpanContextLike | undefined): RedactedLogRecord {
    const texts: LogRecordTexts = { attributes: {} };
    let source: TextSource = record;
    const changed = this.#engine.redact(
      "logs",
      record.resource,
      (writer) => write(source, spanContext, writer, texts),
      (copier) => {
        source = texts;
        copy(record, spanContext, copier, texts);
      },
    );
    if (changed === undefined) return new RedactedLogRecord(record, texts, spanContext);
    const redacted = read(changed);
    return new RedactedLogRecord(record, redacted, spanContext && { ...spanContext, ...redacted.ids });
  }
}

function withheldTexts(): LogRecordTexts {
  return {
    body: withheldLabel("error").toString(),
    attributes: { "redaction.withheld": ["severity_text", "body", "attributes", "event_name"] },
  };
}

/** Copies the texts of a record. */
function copy(
  record: LogRecordLike,
  spanContext: SpanContextLike | undefined,
  copier: ValueCopier,
  texts: LogRecordTexts,
): void {
  const { severityText, body, attributes, eventName } = record;
  if (severityText !== undefined) copier.text(texts, "severityText", String(severityText));
  if (body !== undefined) copier.body(texts, "body", body);
  texts.attributes = copier.attributes(attributes);
  if (spanContext !== undefined) {
    copier.id(spanContext.traceId);
    copier.id(spanContext.spanId);
  }
  if (eventName !== undefined) copier.text(texts, "eventName", String(eventName));
}

type TextSource = Pick<LogRecordLike, "severityText" | "body" | "attributes" | "eventName"> | LogRecordTexts;

/** Writes a `LogRecord`, its fields in the order of the SDK's exporters, and copies it into `texts`. */
function write(
  record: TextSource,
  spanContext: SpanContextLike | undefined,
  writer: ValueWriter,
  texts: LogRecordTexts,
): void {
  const { severityText, body, attributes, eventName } = record;
  if (severityText !== undefined) texts.severityText = writer.text(SEVERITY_TEXT, String(severityText));
  if (body !== undefined) texts.body = writer.value(BODY, body);
  texts.attributes = writer.attributes(ATTRIBUTES, attributes);
  if (spanContext !== undefined) {
    writer.id(TRACE_ID, spanContext.traceId);
    writer.id(SPAN_ID, spanContext.spanId);
  }
  if (eventName !== undefined) texts.eventName = writer.text(EVENT_NAME, String(eventName));
}

/** Reads what is left of a `LogRecord`. An id that spelled something is gone. */
function read(record: Message): LogRecordTexts & { ids: Pick<SpanContextLike, "traceId" | "spanId"> } {
  const texts: LogRecordTexts = { attributes: {} };
  const ids = { traceId: "", spanId: "" };
  eachField(record, (field, payload) => {
    switch (field) {
      case SEVERITY_TEXT:
        texts.severityText = textOf(payload);
        break;
      case BODY:
        texts.body = anyValueOf(payload);
        break;
      case ATTRIBUTES:
        addKeyValue(texts.attributes, payload);
        break;
      case TRACE_ID:
        ids.traceId = hexOf(payload);
        break;
      case SPAN_ID:
        ids.spanId = hexOf(payload);
        break;
      case EVENT_NAME:
        texts.eventName = textOf(payload);
        break;
    }
  });
  return { ...texts, ids };
}
