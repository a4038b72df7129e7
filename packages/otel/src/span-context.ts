import { createTraceState } from "@opentelemetry/api";
import { numberOr } from "./plain-fields.ts";
import type { SpanContextLike } from "./sdk-types.ts";

const HEX = /^[0-9a-f]*$/i;

/** Hexadecimal digits of a trace id and of a span id. */
const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/** What stands for an id that is none: nobody can hide text in one. */
const NO_ID = "";

/** A copy of ids and flags, without the trace state. */
export function copySpanContext({ traceId, spanId, traceFlags, isRemote }: SpanContextLike): SpanContextLike {
  return {
    traceId: idOf(traceId, TRACE_DIGITS),
    spanId: idOf(spanId, SPAN_DIGITS),
    traceFlags: numberOr(traceFlags, 0),
    ...(isRemote !== undefined && { isRemote: isRemote === true }),
  };
}

/** The same with the trace state that a redacted text is; `undefined` where it is gone. */
export function withTraceState(context: SpanContextLike, text: string | undefined): SpanContextLike {
  return text === undefined || text === "" ? context : { ...context, traceState: createTraceState(text) };
}

function idOf(id: string, digits: number): string {
  return typeof id === "string" && id.length === digits && HEX.test(id) ? id : NO_ID;
}
