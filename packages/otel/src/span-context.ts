import { createTraceState } from "@opentelemetry/api";
import { numberOr } from "./plain-fields.ts";
import type { SpanContextLike, TraceStateLike } from "./sdk-types.ts";

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
  return text === undefined || text === "" ? context : { ...context, traceState: traceStateOf(text) };
}

/**
 * Members as the api reads them, and the text as it is where reading would change it: what was withheld is no list of
 * members, and an exporter says so as a gateway does.
 */
function traceStateOf(text: string): TraceStateLike {
  const members = createTraceState(text);
  if (members.serialize() === text) return members;
  return {
    set: (key, value) => members.set(key, value),
    unset: (key) => members.unset(key),
    get: (key) => members.get(key),
    serialize: () => text,
  };
}

function idOf(id: string, digits: number): string {
  return typeof id === "string" && id.length === digits && HEX.test(id) ? id : NO_ID;
}
