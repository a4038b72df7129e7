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
    this.kind = span.kind;
    if (texts.parent !== undefined) this.parentSpanContext = texts.parent;
    this.startTime = [span.startTime[0], span.startTime[1]];
    this.endTime = [span.endTime[0], span.endTime[1]];
    this.status = {
      code: span.status.code,
      ...(texts.statusMessage !== undefined && { message: texts.statusMessage }),
    };
    this.attributes = texts.attributes;
    this.links = texts.links;
    this.events = texts.events;
    this.duration = [span.duration[0], span.duration[1]];
    this.ended = span.ended;
    this.resource = span.resource;
    this.instrumentationScope = span.instrumentationScope;
    this.droppedAttributesCount = span.droppedAttributesCount;
    this.droppedEventsCount = span.droppedEventsCount;
    this.droppedLinksCount = span.droppedLinksCount;
    this.spanContext = () => texts.context;
  }
}
