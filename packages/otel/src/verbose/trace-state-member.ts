import { createTraceState } from "@opentelemetry/api";
import type { TraceStateLike } from "../sdk-types.ts";

/** Our member of `tracestate` (W3C Trace Context, section 3.3). */
export const MEMBER = "scrim";

/** What the specification asks everybody to carry; longer ones are dropped whole by many. */
const TRACE_STATE_LENGTH_MAX = 512;
const MEMBERS_MAX = 32;

/** A trace state that begins with our token. */
export function withToken(state: TraceStateLike | undefined, token: string): TraceStateLike {
  return createTraceState(textWithToken(state?.serialize() ?? "", token));
}

/** The same of a header's text. Where there is no room, members go from its end, as the specification has it. */
export function textWithToken(state: string, token: string): string {
  const own = `${MEMBER}=${token}`;
  const others = state
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member !== "" && !member.startsWith(`${MEMBER}=`));
  while (others.length >= MEMBERS_MAX || lengthOf(own, others) > TRACE_STATE_LENGTH_MAX) others.pop();
  return [own, ...others].join(",");
}

function lengthOf(own: string, others: readonly string[]): number {
  return others.reduce((length, member) => length + 1 + member.length, own.length);
}

/** The same without our token; undefined where nothing is left. */
export function withoutToken(state: TraceStateLike): TraceStateLike | undefined {
  const others = state.get(MEMBER) === undefined ? state : state.unset(MEMBER);
  return others.serialize() === "" ? undefined : others;
}
