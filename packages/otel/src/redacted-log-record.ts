import { numberOr, timeOf } from "./plain-fields.ts";
import type { HrTime, LogRecordLike, ResourceLike, ScopeLike, SpanContextLike } from "./sdk-types.ts";

/** The texts of a log record. */
export interface LogRecordTexts {
  severityText?: string | undefined;
  eventName?: string | undefined;
  body?: unknown;
  attributes: Record<string, unknown>;
}

/**
 * A copy of a log record that shares nothing with the application's but the identities of resource and scope, by which
 * exporters group. It has the setters that processors may use on a record of the SDK.
 */
export class RedactedLogRecord implements LogRecordLike {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext?: SpanContextLike;
  resource: ResourceLike;
  instrumentationScope: ScopeLike;
  readonly attributes: Record<string, unknown>;
  readonly droppedAttributesCount: number;
  severityText?: string;
  severityNumber?: number;
  body?: unknown;
  eventName?: string;

  constructor(record: LogRecordLike, texts: LogRecordTexts, spanContext: SpanContextLike | undefined) {
    this.hrTime = timeOf(record.hrTime);
    this.hrTimeObserved = timeOf(record.hrTimeObserved);
    if (spanContext !== undefined) this.spanContext = spanContext;
    this.resource = record.resource;
    this.instrumentationScope = record.instrumentationScope;
    this.attributes = texts.attributes;
    this.droppedAttributesCount = numberOr(record.droppedAttributesCount, 0);
    const severityNumber = numberOr(record.severityNumber, undefined);
    if (severityNumber !== undefined) this.severityNumber = severityNumber;
    if (texts.severityText !== undefined) this.severityText = texts.severityText;
    if (texts.body !== undefined) this.body = texts.body;
    if (texts.eventName !== undefined) this.eventName = texts.eventName;
  }

  setAttribute(key: string, value?: unknown): this {
    this.attributes[key] = value;
    return this;
  }

  setAttributes(attributes: Readonly<Record<string, unknown>>): this {
    for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value);
    return this;
  }

  setBody(body: unknown): this {
    this.body = body;
    return this;
  }

  setEventName(eventName: string): this {
    this.eventName = eventName;
    return this;
  }

  setSeverityNumber(severityNumber: number): this {
    this.severityNumber = severityNumber;
    return this;
  }

  setSeverityText(severityText: string): this {
    this.severityText = severityText;
    return this;
  }
}
