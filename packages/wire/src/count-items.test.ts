import { expect, test } from "vitest";
import { codeOf } from "../test/error-of.ts";
import { EXAMPLE_REQUESTS } from "../test/example-requests.ts";
import { countItems, encodeRequest, SIGNALS } from "./index.ts";

test.each(SIGNALS)("an empty %s request has no items", (signal) => {
  expect(countItems(signal, Buffer.alloc(0))).toBe(0);
});

test("41: spans, log records and profiles are counted; of metrics the data points, of each kind", () => {
  const counts = EXAMPLE_REQUESTS.map(([name, signal, request]) => [
    name,
    countItems(signal, encodeRequest(signal, request)),
  ]);
  expect(Object.fromEntries(counts)).toEqual({
    "a span with an event, a link and a status": 1,
    "every kind of metric, with exemplars": 5,
    "a log record with every kind of value": 1,
    "an event": 1,
    "a profile with its dictionary": 1,
  });
});

test("41: items are counted across resources and scopes", () => {
  const scope = { logRecords: [{}, {}] };
  const request = { resourceLogs: [{ scopeLogs: [scope, {}, scope] }, {}, { scopeLogs: [scope] }] };
  expect(countItems("logs", encodeRequest("logs", request))).toBe(6);
});

test("broken framing along the way is an error", () => {
  expect(codeOf(() => countItems("logs", Buffer.from("0a0212ff", "hex")))).toBe("WIRE_TRUNCATED");
});
