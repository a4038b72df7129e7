import { numberOr, timeOf } from "./plain-fields.ts";
import type {
  HrTime,
  ResourceLike,
  ScopeLike,
  SpanContextLike,
  SpanEventLike,
  SpanLike,
  SpanLinkLike,
  SpanStatusLike,
} from "./sdk-types.ts";

/** What of a span is text, or holds some. */
export interface SpanTexts {
  name: string;
  context: SpanContextLike;
  parent: SpanContextLike | undefined;
  statusMessage: string | undefined;
  attributes: Record<string, unknown>;
  events: SpanEventLike[];
  links: SpanLinkLike[];
}

/** A copy of an ended span that shares nothing with the application's but the identities of resource and scope. */
export class RedactedSpan implements SpanLike {
  readonly name: string;
  readonly kind: number;
  readonly parentSpanContext?: SpanContextLike;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatusLike;
  readonly attributes: Record<string, unknown>;
  readonly links: SpanLinkLike[];
  readonly events: SpanEventLike[];
  readonly duration: HrTime;
  readonly ended: boolean;
  resource: ResourceLike;
  instrumentationScope: ScopeLike;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  readonly spanContext: () => SpanContextLike;

  constructor(span: SpanLike, texts: SpanTexts) {
    this.name = texts.name;
    this.kind = numberOr(span.kind, 0);
    if (texts.parent !== undefined) this.parentSpanContext = texts.parent;
    this.startTime = timeOf(span.startTime);
    this.endTime = timeOf(span.endTime);
    this.status = {
      code: numberOr(span.status.code, 0),
      ...(texts.statusMessage !== undefined && { message: texts.statusMessage }),
    };
    this.attributes = texts.attributes;
    this.links = texts.links;
    this.events = texts.events;
    this.duration = timeOf(span.duration);
    this.ended = span.ended === true;
    this.resource = span.resource;
    this.instrumentationScope = span.instrumentationScope;
    this.droppedAttributesCount = numberOr(span.droppedAttributesCount, 0);
    this.droppedEventsCount = numberOr(span.droppedEventsCount, 0);
    this.droppedLinksCount = numberOr(span.droppedLinksCount, 0);
    this.spanContext = () => texts.context;
  }
}
