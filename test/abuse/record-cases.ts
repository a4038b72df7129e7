import type { JsonObject } from "@scrim/wire";
import { OTHER_TRACE_ID, TRACE_ID, token } from "./enrolment.ts";

/* Requests to a gateway. A token that is good stands in each, in a place or form where it may not count. */

export const text = (key: string, stringValue: string): JsonObject => ({ key, value: { stringValue } });

/** A record of the attacked trace, below the floor. */
export const DEBUG: JsonObject = {
  timeUnixNano: "1",
  severityNumber: 5,
  body: { stringValue: "detail" },
  traceId: TRACE_ID,
};
export const INFO: JsonObject = { ...DEBUG, severityNumber: 9, body: { stringValue: "information" } };

export interface Surroundings {
  readonly resource?: JsonObject;
  readonly scope?: JsonObject;
}

export const logs = (
  records: readonly JsonObject[],
  { resource = {}, scope = {} }: Surroundings = {},
): JsonObject => ({
  resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords: records }] }],
});
const traces = (
  spans: readonly JsonObject[],
  { resource = {}, scope = {} }: Surroundings = {},
): JsonObject => ({
  resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }],
});

const withAttributes = (...attributes: readonly JsonObject[]) => logs([{ ...DEBUG, attributes }]);
const value = (content: JsonObject) => withAttributes({ key: "scrim.token", value: content });
const keyed = (key: string) => (good: string) => withAttributes(text(key, good));
const bytes = (good: string) => Buffer.from(good).toString("base64");

export type RecordCase = readonly [name: string, request: (good: string) => JsonObject];

/** Each has one record below the floor, and a token for its trace somewhere. */
export const MISPLACED: readonly RecordCase[] = [
  ["a token as bytes", (good) => value({ bytesValue: bytes(good) })],
  ["a token in an array", (good) => value({ arrayValue: { values: [{ stringValue: good }] } })],
  ["a token in a map", (good) => value({ kvlistValue: { values: [text("scrim.token", good)] } })],
  ["a token that is a number", () => value({ intValue: "40" })],
  ["a token that is true", () => value({ boolValue: true })],
  ["a token without a value", () => withAttributes({ key: "scrim.token" })],
  [
    "a token in a map called scrim",
    (good) => withAttributes({ key: "scrim", value: { kvlistValue: { values: [text("token", good)] } } }),
  ],
  [
    "a token and then a bad one",
    (good) => withAttributes(text("scrim.token", good), text("scrim.token", "A".repeat(40))),
  ],
  [
    "two tokens, for other traces",
    () => {
      const other = text("scrim.token", token({ traceId: OTHER_TRACE_ID }));
      return withAttributes(other, other);
    },
  ],
  ...[
    "Scrim.token",
    "scrim.Token",
    "scrim_token",
    "scrim.token ",
    "scrim.token\0",
    "scrim.token.",
    "token",
  ].map((key): RecordCase => [`a token under ${JSON.stringify(key)}`, keyed(key)]),
  [
    "a token on the resource",
    (good) => logs([DEBUG], { resource: { attributes: [text("scrim.token", good)] } }),
  ],
  [
    "a token on the scope",
    (good) => logs([DEBUG], { scope: { name: "x", attributes: [text("scrim.token", good)] } }),
  ],
  ["a token as the body", (good) => logs([{ ...DEBUG, body: { stringValue: good } }])],
  ["a token as the severity's text", (good) => logs([{ ...DEBUG, severityText: good }])],
  [
    "a token on the record before",
    (good) => logs([{ ...INFO, attributes: [text("scrim.token", good)] }, DEBUG]),
  ],
  [
    "a token on a record without a trace",
    (good) => logs([{ ...DEBUG, traceId: "", attributes: [text("scrim.token", good)] }]),
  ],
  [
    "a token on a trace of zeros",
    (good) => logs([{ ...DEBUG, traceId: "0".repeat(32), attributes: [text("scrim.token", good)] }]),
  ],
  ["a mark of approval", () => withAttributes(text("scrim.grant.id", "00112233aabbccdd"))],
];

const SPAN: JsonObject = {
  traceId: TRACE_ID,
  spanId: "b7ad6b7169203331",
  name: "GET",
  startTimeUnixNano: "1",
  endTimeUnixNano: "2",
};

const span = (more: JsonObject, around: Surroundings = {}) => traces([{ ...SPAN, ...more }], around);

/** Each has one span of the attacked trace, which may neither be kept for it nor approve its trace's records. */
export const SPANS: readonly RecordCase[] = [
  ["a bad token", () => span({ traceState: `scrim=${"A".repeat(40)}` })],
  ["a token of another trace", () => span({ traceState: `scrim=${token({ traceId: OTHER_TRACE_ID })}` })],
  ["a token that is cut", (good) => span({ traceState: `scrim=${good.slice(0, 39)}` })],
  ["a member in capitals", (good) => span({ traceState: `SCRIM=${good}` })],
  ["a member of a tenant", (good) => span({ traceState: `a@scrim=${good},scrim@a=${good}` })],
  ["a token as another's value", (good) => span({ traceState: `a=scrim=${good}` })],
  ["a bad token before a good one", (good) => span({ traceState: `scrim=x,scrim=${good}` })],
  ["a token as an attribute", (good) => span({ attributes: [text("scrim.token", good)] })],
  [
    "a token on an event",
    (good) => span({ events: [{ name: "e", attributes: [text("scrim.token", good)] }] }),
  ],
  [
    "a token on a link",
    (good) =>
      span({ links: [{ traceId: TRACE_ID, spanId: "00f067aa0ba902b7", traceState: `scrim=${good}` }] }),
  ],
  ["a token on the resource", (good) => span({}, { resource: { attributes: [text("scrim.token", good)] } })],
  ["a mark of approval", () => span({ attributes: [text("scrim.grant.id", "00112233aabbccdd")] })],
  [
    "a mark of approval on the resource",
    () => span({}, { resource: { attributes: [text("scrim.grant.id", "00112233aabbccdd")] } }),
  ],
  [
    "a flag that says sampled, and a priority",
    () =>
      span({
        flags: 1,
        traceState: "ot=th:0",
        attributes: [{ key: "sampling.priority", value: { intValue: "1" } }],
      }),
  ],
];

/** The one that is kept, and approves. */
export const APPROVED_SPAN = (good: string): JsonObject => span({ traceState: `a=b,scrim=${good}` });
