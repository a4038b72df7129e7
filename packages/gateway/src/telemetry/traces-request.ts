import type { EndedSpan, SpanAttributes, SpanPlace } from "@scrim/pipeline";
import { encodeRequest, type JsonObject } from "@scrim/wire";
import { VERSION } from "../version.ts";

/** The scope of the gateway's own spans, by which it knows them where they come back to it. */
export const OWN_SPANS_SCOPE = "@scrim/gateway/own-spans";

/** Numbers of trace.proto. */
const KINDS = { internal: 1, server: 2, client: 3 } as const;
const STATUS_ERROR = 2;

const NS_PER_MS = 1_000_000n;

/** Spans as an OTLP export request. */
export function tracesRequest(
  spans: readonly EndedSpan[],
  resource: Readonly<Record<string, string>>,
): Buffer {
  return encodeRequest("traces", {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: OWN_SPANS_SCOPE, version: VERSION }, spans: spans.map(spanOf) }],
      },
    ],
  });
}

function spanOf(span: EndedSpan): JsonObject {
  const start = BigInt(span.started_at_ms) * NS_PER_MS;
  const end = start + BigInt(Math.round(span.elapsed_ms * Number(NS_PER_MS)));
  return {
    ...placeOf(span),
    ...(span.parent_id !== undefined && { parentSpanId: span.parent_id }),
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(end),
    attributes: attributesOf(span.attributes),
    links: span.links.map(placeOf),
    ...(span.is_error && { status: { code: STATUS_ERROR } }),
  };
}

function placeOf({ trace_id, span_id }: SpanPlace): JsonObject {
  return { traceId: trace_id, spanId: span_id };
}

function attributesOf(attributes: SpanAttributes): JsonObject[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}
