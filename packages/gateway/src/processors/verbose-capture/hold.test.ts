import { createBatch, type Outcome } from "@scrim/pipeline";
import { encodeRequest, type JsonObject } from "@scrim/wire";
import { expect, test } from "vitest";
import { attributesOf, batchOf, startCapture, stringAttribute } from "../../../testing/capture.ts";
import {
  GRANT_ID,
  keyedGrant,
  OTHER_TRACE_ID,
  putGrants,
  TRACE_ID,
  token,
  tokenGrant,
} from "../../../testing/grants.ts";
import {
  CAPTURE_CAPTURED_RECORDS,
  CAPTURE_DROPPED_RECORDS,
  CAPTURE_HELD_BYTES,
  CAPTURE_HELD_RECORDS,
} from "./capture-metrics.ts";

const PROCESSOR = { processor: "verbose_capture" };

function debug(n: number, traceId: string = TRACE_ID, more: JsonObject = {}): JsonObject {
  return {
    timeUnixNano: String(n),
    severityNumber: 5,
    body: { stringValue: `debug ${n}` },
    traceId,
    ...more,
  };
}

const timesOf = (items: readonly JsonObject[]) => items.map(({ timeUnixNano }) => timeUnixNano);

/** Approves {@link TRACE_ID} from now on, and what came up to so many seconds before. */
function approve({ grants, clock }: ReturnType<typeof startCapture>, lookback_s = 60): void {
  putGrants(grants, [keyedGrant({ not_before: Math.floor(clock.wall / 1000), lookback_s })]);
}

test("held records are released once their trace is approved: in order, with their times, marked", async () => {
  const started = startCapture({ hold: {} });
  const { capture, pass, released, metrics, clock } = started;
  const secret = { attributes: [stringAttribute("scrim.token", "x"), stringAttribute("a", "b")] };
  expect(pass("logs", [debug(1, TRACE_ID, secret), debug(2, OTHER_TRACE_ID)])).toEqual([]);
  clock.advance(5);
  expect(pass("logs", [debug(4), debug(3)])).toEqual([]);
  expect(metrics.value(CAPTURE_HELD_RECORDS, PROCESSOR)).toBe(4);
  await capture.look();
  expect(released).toEqual([]);
  approve(started);
  await capture.look();
  expect(released.map(timesOf)).toEqual([["1", "4", "3"]]);
  expect(attributesOf(released[0]![0])).toEqual({ a: "b", "scrim.grant.id": GRANT_ID });
  expect(released[0]![1]).toMatchObject({ body: { stringValue: "debug 4" }, severityNumber: 5 });
  expect(metrics.value(CAPTURE_HELD_RECORDS, PROCESSOR)).toBe(1);
  expect(metrics.value(CAPTURE_CAPTURED_RECORDS, { ...PROCESSOR, approved_by: "trace" })).toBe(3);
  await capture.look();
  expect(released).toHaveLength(1);
});

test("they are released in the resource and scope they came in", async () => {
  const seen: Buffer[] = [];
  const started = startCapture({ hold: {} });
  const tree = (records: readonly JsonObject[]) => ({
    resourceLogs: [
      {
        resource: { attributes: [stringAttribute("service.name", "shop")] },
        schemaUrl: "https://schemas.example/1",
        scopeLogs: [{ scope: { name: "http", version: "2" }, schemaUrl: "s", logRecords: records }],
      },
    ],
  });
  const sent = createBatch("logs", encodeRequest("logs", tree([debug(1), debug(2)])), { address: undefined });
  started.sift(sent).settled?.(true);
  started.keep((batch) => void seen.push(batch.bytes));
  approve(started);
  await started.capture.look();
  const mark = { attributes: [stringAttribute("scrim.grant.id", GRANT_ID)] };
  expect(seen).toEqual([encodeRequest("logs", tree([debug(1, TRACE_ID, mark), debug(2, TRACE_ID, mark)]))]);
});

test("what comes later does not overtake what is held", async () => {
  const started = startCapture({ hold: {} });
  started.pass("logs", [debug(1)]);
  approve(started);
  expect(started.pass("logs", [debug(2)])).toEqual([]);
  await started.capture.look();
  expect(started.released.map(timesOf)).toEqual([["1", "2"]]);
  expect(timesOf(started.pass("logs", [debug(3)]))).toEqual(["3"]);
});

test("a grant reaches back as far as it says", async () => {
  const started = startCapture({ hold: {} });
  for (let n = 1; n <= 4; n++) {
    started.pass("logs", [debug(n)]);
    started.clock.advance(5);
  }
  approve(started, 10);
  await started.capture.look();
  expect(started.released.map(timesOf)).toEqual([["3", "4"]]);
});

test("they are released no faster than the grant allows, and what is less severe not at all", async () => {
  const started = startCapture({ hold: {} });
  started.pass(
    "logs",
    [1, 2, 3, 4, 5].map((n) => debug(n, TRACE_ID, n === 2 ? { severityNumber: 4 } : {})),
  );
  putGrants(started.grants, [keyedGrant({ records_per_s: 2, lookback_s: 60 })]);
  await started.capture.look();
  started.clock.advance(1);
  await started.capture.look();
  expect(started.released.map(timesOf)).toEqual([
    ["1", "3"],
    ["4", "5"],
  ]);
  expect(started.metrics.value(CAPTURE_HELD_RECORDS, PROCESSOR)).toBe(1);
});

test("a record with a token of its own passes, and is not held", () => {
  const { pass, metrics } = startCapture({ hold: {}, grants: [tokenGrant()] });
  const stamped = debug(1, TRACE_ID, { attributes: [stringAttribute("scrim.token", token())] });
  expect(timesOf(pass("logs", [debug(0), stamped]))).toEqual(["1"]);
  expect(metrics.value(CAPTURE_HELD_RECORDS, PROCESSOR)).toBe(1);
});

test("nothing is held of a batch that its client will send again", async () => {
  const { sift, metrics } = startCapture({ hold: {} });
  const result = sift(batchOf("logs", [debug(1), debug(2)]));
  expect([result.held, result.batch.items, result.dropped.size]).toEqual([2, 0, 0]);
  result.settled?.(false);
  expect(metrics.value(CAPTURE_HELD_RECORDS, PROCESSOR)).toBe(0);
});

test("records without a trace are not held: nobody could approve them", () => {
  const { sift } = startCapture({ hold: {} });
  const { held, dropped } = sift(batchOf("logs", [debug(1, ""), debug(2)]));
  expect([held, dropped]).toEqual([1, new Map([["not_approved", 1]])]);
});

const FAILURES: readonly [name: string, outcome: Outcome, isTriedAgain: boolean][] = [
  ["for now", { status: "failed", retryable: true, reason: "destination", retry_after_ms: 0 }, true],
  ["for good", { status: "failed", retryable: false, reason: "destination", retry_after_ms: 0 }, false],
];

test.each(FAILURES)("a release that fails %s", async (_, failure, isTriedAgain) => {
  let outcome = failure;
  const started = startCapture({ hold: {}, release: () => outcome });
  started.pass("logs", [debug(1)]);
  approve(started);
  await started.capture.look();
  await started.capture.look(); // too early for another try
  expect(started.released).toHaveLength(1);
  expect(started.givenUp).toEqual(new Map(isTriedAgain ? [] : [["release_failed", 1]]));
  outcome = { status: "delivered", rejected: 0, reason: "" };
  started.clock.advance(6);
  await started.capture.look();
  expect(started.released).toHaveLength(isTriedAgain ? 2 : 1);
  expect(started.metrics.value(CAPTURE_HELD_RECORDS, PROCESSOR)).toBe(0);
});

test("what has waited long enough is given up, and counted", async () => {
  const started = startCapture({ hold: { holdMs: 10_000 } });
  started.pass("logs", [debug(1), debug(2)]);
  started.clock.advance(5);
  started.pass("logs", [debug(3)]);
  started.clock.advance(6);
  approve(started);
  await started.capture.look();
  expect(started.givenUp).toEqual(new Map([["hold_expired", 2]]));
  expect(started.released.map(timesOf)).toEqual([["3"]]);
});

test("a shutdown gives up what is held, and counts it", async () => {
  const { capture, pass, givenUp, metrics } = startCapture({ hold: {} });
  pass("logs", [debug(1), debug(2)]);
  await capture.shutdown?.();
  await capture.shutdown?.();
  expect(givenUp).toEqual(new Map([["shutdown", 2]]));
  expect(metrics.value(CAPTURE_DROPPED_RECORDS, { ...PROCESSOR, reason: "shutdown" })).toBe(2);
});

test("where there is no more room, who takes most of it loses its oldest", async () => {
  const started = startCapture({ hold: { recordsMax: 10 } });
  started.pass("logs", [debug(1), debug(2)], "192.0.2.1");
  const flood = Array.from({ length: 100 }, (_, n) => debug(1_000 + n, `${n + 1}`.padStart(32, "0")));
  started.pass("logs", flood, "192.0.2.66");
  started.pass("logs", [debug(3)], "192.0.2.1");
  approve(started);
  await started.capture.look();
  expect(started.released.map(timesOf)).toEqual([["1", "2", "3"]]);
  expect(started.givenUp).toEqual(new Map([["hold_full", 93]]));
});

test("a large resource that many records share counts once, and for as long as one of them is here", async () => {
  const started = startCapture({ hold: { bytesMax: 100_000 } });
  const resource = { attributes: [stringAttribute("x", "y".repeat(90_000))] };
  const tree = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [debug(1), debug(2)] }] }] };
  const send = () =>
    started.sift(createBatch("logs", encodeRequest("logs", tree), { address: undefined })).settled?.(true);
  send();
  expect(started.givenUp).toEqual(new Map());
  send(); // only one such resource has room
  expect(started.givenUp).toEqual(new Map([["hold_full", 2]]));
  expect(started.metrics.value(CAPTURE_HELD_BYTES, PROCESSOR)).toBeLessThan(100_000);
  approve(started);
  await started.capture.look();
  expect(started.metrics.value(CAPTURE_HELD_BYTES, PROCESSOR)).toBe(0);
});

test("a million traces and ten thousand clients: memory stays bounded, and nothing passes", async () => {
  const started = startCapture({
    hold: { recordsMax: 5_000, bytesMax: 4 << 20 },
    grants: [keyedGrant()],
    seesWholeTraces: true,
  });
  const template = batchOf("logs", Array(1_000).fill(debug(1, "ab".repeat(16))));
  const places: number[] = [];
  for (let at = 0; ; at = places.at(-1)! + 16) {
    const place = template.bytes.indexOf(Buffer.alloc(16, 0xab), at);
    if (place < 0) break;
    places.push(place);
  }
  expect(places).toHaveLength(1_000);
  for (let round = 0; round < 1_000; round++) {
    const bytes = Buffer.from(template.bytes);
    for (const [n, place] of places.entries()) bytes.writeUInt32BE(round * 1_000 + n, place);
    const client = { address: `198.51.${round % 100}.${Math.floor(round / 4)}` };
    const result = started.sift({ ...template, bytes, client });
    result.settled?.(true);
    expect(result.batch.items).toBe(0);
  }
  expect(started.metrics.value(CAPTURE_HELD_RECORDS, PROCESSOR)).toBeLessThanOrEqual(5_000);
  expect(started.metrics.value(CAPTURE_HELD_BYTES, PROCESSOR)).toBeLessThanOrEqual(4 << 20);
  await started.capture.look();
  expect(started.released).toEqual([]);
  started.clock.advance(31);
  await started.capture.look();
  expect(started.metrics.value(CAPTURE_HELD_BYTES, PROCESSOR)).toBe(0);
}, 240_000);
