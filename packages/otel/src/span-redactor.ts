import { withheldLabel } from "@scrim/redact";
import { numberOr, timeOf } from "./plain-fields.ts";
import { RecordEngine } from "./record-engine.ts";
import { RedactedSpan, type SpanTexts } from "./redacted-span.ts";
import type { RedactionSetup } from "./redaction-options.ts";
import type { RedactionTelemetry } from "./redaction-telemetry.ts";
import { reportFault } from "./report-fault.ts";
import type { SpanContextLike, SpanEventLike, SpanLike, SpanLinkLike } from "./sdk-types.ts";
import { copySpanContext, withTraceState } from "./span-context.ts";
import type { ValueCopier } from "./value-copier.ts";
import { addKeyValue, eachField, hexOf, type Message, textOf } from "./value-reader.ts";
import type { ValueWriter } from "./value-writer.ts";

/** Fields of `Span`, `Event`, `Link` and `Status` (opentelemetry/proto/trace/v1/trace.proto). */
const TRACE_ID = 1;
const SPAN_ID = 2;
const TRACE_STATE = 3;
const PARENT_SPAN_ID = 4;
const NAME = 5;
const ATTRIBUTES = 9;
const EVENTS = 11;
const EVENT_NAME = 2;
const EVENT_ATTRIBUTES = 3;
const LINKS = 13;
const LINK_ATTRIBUTES = 4;
const STATUS = 15;
const STATUS_MESSAGE = 2;

/** Makes redacted copies of ended spans. */
export class SpanRedactor {
  readonly #engine: RecordEngine;

  readonly #telemetry: RedactionTelemetry;

  constructor(setup: RedactionSetup) {
    this.#engine = new RecordEngine(setup);
    this.#telemetry = setup.telemetry;
  }

  /** A redacted copy. Where reading the span or redacting it fails, all texts are withheld. */
  redact(span: SpanLike): RedactedSpan {
    try {
      return this.#redact(span);
    } catch (error) {
      this.#telemetry.stub("traces");
      reportFault("a span was withheld", error);
      return new RedactedSpan(span, withheldTexts(span));
    }
  }

  #redact(span: SpanLike): RedactedSpan {
    let texts = emptyTexts(span);
    let source: SpanSource = span;
    const changed = this.#engine.redact(
      "traces",
      span.resource,
      (writer) => {
        texts = emptyTexts(span);
        write(source, writer, texts);
      },
      (copier) => {
        copy(span, copier, texts);
        source = {
          ...texts,
          spanContext: () => span.spanContext(),
          status: { message: texts.statusMessage },
        };
      },
    );
    return new RedactedSpan(span, changed === undefined ? texts : read(changed, span));
  }
}

function emptyTexts(span: SpanLike): SpanTexts {
  const { parentSpanContext } = span;
  return {
    name: "",
    context: copySpanContext(span.spanContext()),
    parent: parentSpanContext && copySpanContext(parentSpanContext),
    statusMessage: undefined,
    attributes: {},
    events: [],
    links: [],
  };
}

function withheldTexts(span: SpanLike): SpanTexts {
  const attributes = {
    "redaction.withheld": ["name", "attributes", "events", "links", "status_message", "trace_state"],
  };
  return { ...emptyTexts(span), name: withheldLabel("error").toString(), attributes };
}

/** Copies the texts of a span. */
function copy(span: SpanLike, copier: ValueCopier, texts: SpanTexts): void {
  copyContext(span.spanContext(), copier);
  if (texts.parent !== undefined) copier.id(texts.parent.spanId);
  copier.text(texts, "name", String(span.name));
  texts.attributes = copier.attributes(span.attributes);
  for (const event of span.events) {
    const copied = {
      ...timeAndCount(event),
      name: "",
      ...(event.attributes && { attributes: copier.attributes(event.attributes) }),
    };
    copier.text(copied, "name", String(event.name));
    texts.events.push(copied);
  }
  for (const link of span.links) {
    texts.links.push({
      ...countOf(link),
      context: copyContext(link.context, copier),
      ...(link.attributes && { attributes: copier.attributes(link.attributes) }),
    });
  }
  const { message } = span.status;
  if (message !== undefined) copier.text(texts, "statusMessage", String(message));
}

/** A trace state is one text to the engine and many to the SDK: the span is written, with what stands here. */
function copyContext(context: SpanContextLike, copier: ValueCopier): SpanContextLike {
  const copied = copySpanContext(context);
  copier.id(copied.traceId);
  copier.id(copied.spanId);
  if (context.traceState === undefined) return copied;
  copier.values.leaveToEngine();
  return { ...copied, traceState: context.traceState };
}

/** What is written of a span: its own, or what was copied of it. */
type SpanSource = Pick<SpanLike, "spanContext" | "name" | "attributes" | "events" | "links"> & {
  readonly status: { readonly message?: string | undefined };
};

/** Writes a `Span`, its fields in the order of the SDK's exporters, and copies it into `texts`. */
function write(span: SpanSource, writer: ValueWriter, texts: SpanTexts): void {
  const { out } = writer;
  texts.context = writeContext(span.spanContext(), texts.context, writer);
  if (texts.parent !== undefined) writer.id(PARENT_SPAN_ID, texts.parent.spanId);
  texts.name = writer.text(NAME, String(span.name));
  texts.attributes = writer.attributes(ATTRIBUTES, span.attributes);
  for (const event of span.events) {
    const frame = writer.open(EVENTS);
    texts.events.push({
      ...timeAndCount(event),
      name: writer.text(EVENT_NAME, String(event.name)),
      ...(event.attributes && { attributes: writer.attributes(EVENT_ATTRIBUTES, event.attributes) }),
    });
    out.close(frame);
  }
  for (const link of span.links) {
    const frame = writer.open(LINKS);
    texts.links.push({
      ...countOf(link),
      context: writeContext(link.context, copySpanContext(link.context), writer),
      ...(link.attributes && { attributes: writer.attributes(LINK_ATTRIBUTES, link.attributes) }),
    });
    out.close(frame);
  }
  const { message } = span.status;
  if (message === undefined) return;
  const frame = writer.open(STATUS);
  texts.statusMessage = writer.text(STATUS_MESSAGE, String(message));
  out.close(frame);
}

/** Ids and trace state have the same numbers in `Span` and `Link`. */
function writeContext(
  { traceState }: SpanContextLike,
  copy: SpanContextLike,
  writer: ValueWriter,
): SpanContextLike {
  writer.id(TRACE_ID, copy.traceId);
  writer.id(SPAN_ID, copy.spanId);
  return traceState === undefined
    ? copy
    : withTraceState(copy, writer.text(TRACE_STATE, traceState.serialize()));
}

/** Reads what is left of a span. Its events and links are as many as they were, and in their order. */
function read(message: Message, span: SpanLike): SpanTexts {
  const texts = emptyTexts(span);
  const context = new ContextReader();
  let parentId = "";
  eachField(message, (field, payload) => {
    if (context.take(field, payload)) return;
    switch (field) {
      case PARENT_SPAN_ID:
        parentId = hexOf(payload);
        break;
      case NAME:
        texts.name = textOf(payload);
        break;
      case ATTRIBUTES:
        addKeyValue(texts.attributes, payload);
        break;
      case EVENTS:
        texts.events.push(readEvent(payload, span.events[texts.events.length]!));
        break;
      case LINKS:
        texts.links.push(readLink(payload, span.links[texts.links.length]!));
        break;
      case STATUS:
        eachField(payload, (number, text) => {
          if (number === STATUS_MESSAGE) texts.statusMessage = textOf(text);
        });
        break;
    }
  });
  texts.context = context.of(texts.context);
  if (texts.parent !== undefined) texts.parent = { ...texts.parent, spanId: parentId };
  return texts;
}

function readEvent(message: Message, event: SpanEventLike): SpanEventLike {
  let name = "";
  const attributes: Record<string, unknown> = {};
  eachField(message, (field, payload) => {
    if (field === EVENT_NAME) name = textOf(payload);
    else if (field === EVENT_ATTRIBUTES) addKeyValue(attributes, payload);
  });
  return { ...timeAndCount(event), name, ...(event.attributes && { attributes }) };
}

function readLink(message: Message, link: SpanLinkLike): SpanLinkLike {
  const context = new ContextReader();
  const attributes: Record<string, unknown> = {};
  eachField(message, (field, payload) => {
    if (!context.take(field, payload) && field === LINK_ATTRIBUTES) addKeyValue(attributes, payload);
  });
  return {
    ...countOf(link),
    context: context.of(copySpanContext(link.context)),
    ...(link.attributes && { attributes }),
  };
}

/** What is left of ids, of which one that spelled something is gone, and of the trace state. */
class ContextReader {
  #traceId = "";
  #spanId = "";
  #traceState: string | undefined;

  take(field: number, payload: Message): boolean {
    if (field === TRACE_ID) this.#traceId = hexOf(payload);
    else if (field === SPAN_ID) this.#spanId = hexOf(payload);
    else if (field === TRACE_STATE) this.#traceState = textOf(payload);
    else return false;
    return true;
  }

  of(context: SpanContextLike): SpanContextLike {
    return withTraceState({ ...context, traceId: this.#traceId, spanId: this.#spanId }, this.#traceState);
  }
}

function timeAndCount(event: SpanEventLike): Pick<SpanEventLike, "time" | "droppedAttributesCount"> {
  return { time: timeOf(event.time), ...countOf(event) };
}

function countOf({ droppedAttributesCount }: { readonly droppedAttributesCount?: number }): {
  droppedAttributesCount?: number;
} {
  const count = numberOr(droppedAttributesCount, undefined);
  return count === undefined ? {} : { droppedAttributesCount: count };
}
