import type { OutgoingHttpHeaders } from "node:http";
import { OTHER_TRACE_ID, TRACE_ID, token } from "./enrolment.ts";

/* Headers of requests to a service. A token that is good stands in each, in a place where it may not count. */

export const traceparent = (traceId: string, flags = "00"): string =>
  `00-${traceId}-b7ad6b7169203331-${flags}`;

const PARENT = traceparent(TRACE_ID);
const MEMBERS = Array.from({ length: 31 }, (_, n) => `k${n}=v`).join();

export type HeaderCase = readonly [name: string, headers: (good: string) => OutgoingHttpHeaders];

/** Whatever the ingress believes. */
export const MISPLACED: readonly HeaderCase[] = [
  ["a token in the baggage", (good) => ({ traceparent: PARENT, baggage: `scrim=${good}` })],
  ["a token in headers of its own", (good) => ({ traceparent: PARENT, scrim: good, "scrim-token": good })],
  ["a member in capitals", (good) => ({ traceparent: PARENT, tracestate: `SCRIM=${good}` })],
  [
    "a member of a tenant",
    (good) => ({ traceparent: PARENT, tracestate: `a@scrim=${good},scrim@a=${good}` }),
  ],
  ["a member that begins like ours", (good) => ({ traceparent: PARENT, tracestate: `scrim.token=${good}` })],
  ["a value that goes on", (good) => ({ traceparent: PARENT, tracestate: `scrim=${good};x,scrim=${good}=` })],
  [
    "a value of 257 characters",
    (good) => ({ traceparent: PARENT, tracestate: `scrim=${good.padEnd(257, "A")}` }),
  ],
  [
    "a token past 512 characters",
    (good) => ({ traceparent: PARENT, tracestate: `${full(good)}d=e,scrim=${good}` }),
  ],
  ["a 33rd member", (good) => ({ traceparent: PARENT, tracestate: `${MEMBERS},l=v,scrim=${good}` })],
  [
    "a bad token before a good one of another trace",
    (good) => ({
      traceparent: traceparent(OTHER_TRACE_ID),
      tracestate: `scrim=${"A".repeat(40)},scrim=${good}`,
    }),
  ],
  ["a tracestate alone", (good) => ({ tracestate: `scrim=${good}` })],
  [
    "a traceparent of version ff",
    (good) => ({ traceparent: `ff${PARENT.slice(2)}`, tracestate: `scrim=${good}` }),
  ],
  [
    "a trace id of zeros",
    (good) => ({ traceparent: traceparent("0".repeat(32)), tracestate: `scrim=${good}` }),
  ],
  ["a trace id in capitals", (good) => ({ traceparent: PARENT.toUpperCase(), tracestate: `scrim=${good}` })],
  [
    "a trace id that is cut",
    (good) => ({ traceparent: traceparent(TRACE_ID.slice(1)), tracestate: `scrim=${good}` }),
  ],
  ["two traceparents", (good) => ({ traceparent: [PARENT, PARENT], tracestate: `scrim=${good}` })],
];

/** Where the ingress is open to anybody, and takes tokens off. Each would count where it believes them. */
export const FROM_OUTSIDE: readonly HeaderCase[] = [
  ["a token", (good) => ({ traceparent: PARENT, tracestate: `scrim=${good}` })],
  ["a token, sampled", (good) => ({ traceparent: traceparent(TRACE_ID, "01"), tracestate: `scrim=${good}` })],
  ["a token between others", (good) => ({ traceparent: PARENT, tracestate: `a=b,scrim=${good},c=d` })],
  [
    "a token with blanks around it",
    (good) => ({ traceparent: PARENT, tracestate: `a=b , \t scrim=${good}\t ,` }),
  ],
  ["a token twice", (good) => ({ traceparent: PARENT, tracestate: `scrim=${good},scrim=${good}` })],
  ["a token behind a bad one", (good) => ({ traceparent: PARENT, tracestate: `scrim=x,scrim=${good}` })],
  [
    "a token in the second of two headers",
    (good) => ({ traceparent: PARENT, tracestate: ["a=b", `scrim=${good}`] }),
  ],
  [
    "a token behind members that are none",
    (good) => ({ traceparent: PARENT, tracestate: `=,a,A=1,\u00e9=2,,scrim=${good}` }),
  ],
  [
    "a token at the end of 32 members",
    (good) => ({ traceparent: PARENT, tracestate: `${MEMBERS},scrim=${good}` }),
  ],
  [
    "a token at the end of 512 characters",
    (good) => ({ traceparent: PARENT, tracestate: `${full(good)}scrim=${good}` }),
  ],
  [
    "a token under a traceparent of a version to come",
    (good) => ({ traceparent: `cc${PARENT.slice(2)}-more`, tracestate: `scrim=${good}` }),
  ],
];

/** Members that leave room for a token and no more. */
function full(good: string): string {
  const rest = 512 - `a=,b=,c=,scrim=${good}`.length;
  return `a=${"v".repeat(200)},b=${"v".repeat(200)},c=${"v".repeat(rest - 400)},`;
}

/** Sent with every request. */
export const EVERYTHING = (good: string): OutgoingHttpHeaders => ({
  traceparent: traceparent(OTHER_TRACE_ID, "01"),
  tracestate: `scrim=${good}`,
  baggage: `scrim=${good}`,
  "x-b3-flags": "1",
  "x-log-level": "trace",
  "jaeger-debug-id": token(),
});
