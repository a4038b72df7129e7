import type { GrantInput } from "@scrim/grants";
import { createBatch } from "@scrim/pipeline";
import { encodeRequest, type JsonObject } from "@scrim/wire";
import fc from "fast-check";
import { expect, test } from "vitest";
import { attributesOf, batchOf, startCapture, stringAttribute } from "../../../testing/capture.ts";
import { GRANT_ID, keyedGrant, NOW, OTHER_TRACE_ID, putGrants, TRACE_ID } from "../../../testing/grants.ts";

const ON_ERROR: Partial<GrantInput> = { selector: { on_error: { traces_per_min: 2 } }, lookback_s: 30 };
const WHERE: Partial<GrantInput> = {
  ...ON_ERROR,
  selector: { on_error: { traces_per_min: 2, where: "error.type == 'timeout'" } },
};

const record = (severityNumber: number, text: string, traceId: string = TRACE_ID): JsonObject => ({
  severityNumber,
  body: { stringValue: text },
  traceId,
});
const debug = (text: string, traceId?: string) => record(5, text, traceId);
const error = (text: string, traceId?: string) => record(17, text, traceId);
const span = (changes: JsonObject = {}): JsonObject => ({
  traceId: TRACE_ID,
  spanId: "00f067aa0ba902b7",
  parentSpanId: "00f067aa0ba902b8",
  name: "pay",
  status: { code: 2 },
  ...changes,
});
const timeout = { attributes: [stringAttribute("error.type", "timeout")] };

const textsOf = (items: readonly JsonObject[]) =>
  items.map(({ body }) => (body as { stringValue: string }).stringValue);

function start(changes: Partial<GrantInput> = ON_ERROR) {
  const started = startCapture({ hold: {}, grants: [keyedGrant(changes)] });
  const { capture, released, pass } = started;
  const look = async () => {
    await capture.look();
    return released.flatMap(textsOf);
  };
  return { ...started, look, log: (...records: JsonObject[]) => textsOf(pass("logs", records)) };
}

test("a record of ERROR releases what is held of its trace, in order, and what comes later passes", async () => {
  const { log, look, pass, released } = start();
  expect(log(debug("1"), debug("other", OTHER_TRACE_ID))).toEqual([]);
  expect(log(debug("2"), error("error"), debug("3"))).toEqual(["error"]);
  expect(await look()).toEqual(["1", "2", "3"]);
  expect(attributesOf(released[0]![0])).toEqual({ "scrim.grant.id": GRANT_ID });
  const [later] = pass("logs", [debug("4")]);
  expect(attributesOf(later)).toEqual({ "scrim.grant.id": GRANT_ID });
});

test("a span with an error does the same, and is kept past sampling", async () => {
  const { log, look, pass } = start();
  log(debug("1"));
  expect(attributesOf(pass("traces", [span()])[0])).toEqual({ "scrim.grant.id": GRANT_ID });
  expect(await look()).toEqual(["1"]);
});

test.each<[name: string, signal: "logs" | "traces", item: JsonObject, grant: Partial<GrantInput>]>([
  ["a record of WARN", "logs", record(16, "x"), ON_ERROR],
  ["a record of ERROR without a trace", "logs", record(17, "x", ""), ON_ERROR],
  ["a record of ERROR in another trace", "logs", error("x", OTHER_TRACE_ID), ON_ERROR],
  ["a record of another error", "logs", error("x"), WHERE],
  [
    "a record of ERROR under a grant that names traces",
    "logs",
    error("x"),
    { selector: { trace_ids: [OTHER_TRACE_ID] } },
  ],
  [
    "a record of ERROR after the grant",
    "logs",
    error("x"),
    { ...ON_ERROR, not_before: NOW - 20, expires_at: NOW },
  ],
  ["a span that ended well", "traces", span({ status: { code: 1 } }), ON_ERROR],
  ["a span without a status", "traces", span({ status: {} }), ON_ERROR],
  ["a span of another error", "traces", span(), WHERE],
])("%s releases nothing", async (_, signal, item, grant) => {
  const { log, look, pass } = start(grant);
  log(debug("1"));
  pass(signal, [item]);
  expect(await look()).toEqual([]);
});

test.each<[signal: "logs" | "traces", item: JsonObject]>([
  ["logs", { ...error("x"), ...timeout }],
  ["traces", span(timeout)],
])("a predicate is asked of the item's own attributes: %s", async (signal, item) => {
  const { log, look, pass } = start(WHERE);
  log(debug("1"));
  pass(signal, [item]);
  expect(await look()).toEqual(["1"]);
});

test("the lookback counts from the error, however long the grant has stood", async () => {
  const { log, look, clock } = start({ ...ON_ERROR, lookback_s: 10 });
  clock.advance(100);
  log(debug("old"));
  clock.advance(20);
  log(debug("new"));
  log(error("error"));
  expect(await look()).toEqual(["new"]);
});

test("no more traces than the rate are released, and none once it is revoked", async () => {
  const { log, look, grants } = start();
  for (let n = 1; n <= 5; n++) {
    const traceId = `${n}`.padStart(32, "0");
    log(debug(`debug ${n}`, traceId), error("error", traceId));
  }
  expect(await look()).toEqual(["debug 1", "debug 2"]);
  putGrants(grants, []);
  expect(log(debug("debug 6", "1".padStart(32, "0")))).toEqual([]);
  expect(await look()).toEqual(["debug 1", "debug 2"]);
});

test("where nothing is held, errors approve nothing", () => {
  const { pass } = startCapture({ grants: [keyedGrant(ON_ERROR)] });
  expect(textsOf(pass("logs", [error("error"), debug("1")]))).toEqual(["error"]);
});

test("of two status codes the last counts, as decoders have it", async () => {
  const twice = (first: number, last: number) => {
    const bytes = encodeRequest("traces", {
      resourceSpans: [{ scopeSpans: [{ spans: [span({ status: { code: first, message: "" } })] }] }],
    });
    const place = bytes.indexOf(Buffer.from([0x7a, 0x02, 0x18, first])); // Span.status, of two bytes: code
    expect(place).toBeGreaterThan(0);
    const more = Buffer.from([0x7a, 0x02, 0x18, last]);
    const longer = Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
    longer[1]! += 4; // ResourceSpans
    longer[3]! += 4; // ScopeSpans
    longer[5]! += 4; // Span
    longer.copyWithin(place, place + 4, place + 8);
    longer.set(more, place + 4);
    return createBatch("traces", longer, { address: "192.0.2.1" });
  };
  for (const [first, last, released] of [
    [1, 2, ["1"]],
    [2, 1, []],
  ] as const) {
    const { log, look, sift } = start();
    log(debug("1"));
    expect(sift(twice(first, last)).batch.items).toBe(1);
    expect(await look()).toEqual(released);
  }
});

test("any bytes as a record or span: refused with a place, or passed; and nothing of another trace is released", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 60 }),
      fc.constantFrom("logs" as const, "traces" as const),
      async (noise, signal) => {
        const { log, look, sift } = start(WHERE);
        log(debug("1"));
        const batch = batchOf(signal, [
          signal === "logs" ? error("x", OTHER_TRACE_ID) : span({ traceId: OTHER_TRACE_ID }),
        ]);
        // The item is the last in each message around it, so that what is put behind it is in the item.
        const bytes = Buffer.concat([batch.bytes, noise]);
        for (const at of [1, 3, 5]) bytes[at]! += noise.length;
        try {
          sift({ ...batch, bytes });
        } catch (problem) {
          expect((problem as { code?: string }).code).toMatch(/^WIRE_/);
        }
        expect(await look()).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});
