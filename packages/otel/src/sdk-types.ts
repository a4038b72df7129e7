/**
 * What the OpenTelemetry SDK hands to processors and takes from them, by structure: the same types hold for both
 * majors of the SDK, whose own can't be imported side by side.
 */

/** Seconds and nanoseconds. */
export type HrTime = [number, number];

export interface SpanContextLike {
  traceId: string;
  spanId: string;
  traceFlags: number;
  isRemote?: boolean;
  traceState?: TraceStateLike;
}

/** W3C trace context, immutable. */
export interface TraceStateLike {
  set(key: string, value: string): TraceStateLike;
  unset(key: string): TraceStateLike;
  get(key: string): string | undefined;
  serialize(): string;
}

/** Grouped by identity in exporters, so a redacted record has the very objects that it came with. */
export interface ResourceLike {
  readonly attributes: object;
  readonly asyncAttributesPending?: boolean;
  waitForAsyncAttributes?(): Promise<void>;
  readonly schemaUrl?: string | undefined;
}

export interface ScopeLike {
  readonly name: string;
  readonly version?: string;
  readonly schemaUrl?: string;
  readonly attributes?: object;
  readonly droppedAttributesCount?: number;
}

export interface LogRecordLike {
  readonly hrTime: HrTime;
  readonly hrTimeObserved: HrTime;
  readonly spanContext?: SpanContextLike;
  readonly severityText?: string;
  readonly severityNumber?: number;
  readonly body?: unknown;
  readonly eventName?: string;
  readonly resource: ResourceLike;
  readonly instrumentationScope: ScopeLike;
  readonly attributes: object;
  readonly droppedAttributesCount: number;
}

export interface SpanLike {
  readonly name: string;
  readonly kind: number;
  readonly spanContext: () => SpanContextLike;
  readonly parentSpanContext?: SpanContextLike;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatusLike;
  readonly attributes: object;
  readonly links: readonly SpanLinkLike[];
  readonly events: readonly SpanEventLike[];
  readonly duration: HrTime;
  readonly ended: boolean;
  readonly resource: ResourceLike;
  readonly instrumentationScope: ScopeLike;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

export interface SpanStatusLike {
  readonly code: number;
  readonly message?: string;
}

export interface SpanLinkLike {
  readonly context: SpanContextLike;
  readonly attributes?: object;
  readonly droppedAttributesCount?: number;
}

export interface SpanEventLike {
  readonly time: HrTime;
  readonly name: string;
  readonly attributes?: object;
  readonly droppedAttributesCount?: number;
}

export interface ResourceMetricsLike {
  readonly resource: ResourceLike;
  readonly scopeMetrics: readonly { readonly scope: ScopeLike; readonly metrics: readonly MetricLike[] }[];
}

export interface MetricLike {
  readonly descriptor: { readonly name: string; readonly description: string; readonly unit: string };
  readonly dataPoints: readonly DataPointLike[];
}

export interface DataPointLike {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: object;
  readonly value: unknown;
}
