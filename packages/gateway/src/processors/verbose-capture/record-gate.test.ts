import type { GrantInput } from "@scrim/grants";
import { createBatch } from "@scrim/pipeline";
import { encodeRequest, type JsonObject } from "@scrim/wire";
import { expect, test } from "vitest";
import { attributesOf, batchOf, itemsOf, startCapture, stringAttribute } from "../../../testing/capture.ts";
import {
  GRANT_ID,
  keyedGrant,
  NOW,
  OTHER_TRACE_ID,
  putGrants,
  TRACE_ID,
  token,
  tokenGrant,
} from "../../../testing/grants.ts";
import { CAPTURE_CAPTURED_RECORDS, CAPTURE_REFUSED_TOKENS } from "./capture-metrics.ts";

const DEBUG: JsonObject = {
  timeUnixNano: "1",
  severityNumber: 5,
  body: { stringValue: "debug" },
  traceId: TRACE_ID,
};
const INFO: JsonObject = { ...DEBUG, severityNumber: 9, body: { stringValue: "info" } };

function withToken(text: string, record: JsonObject = DEBUG): JsonObject {
  return { ...record, attributes: [stringAttribute("a", "b"), stringAttribute("scrim.token", text)] };
}

const UNAPPROVED: readonly [name: string, record: JsonObject, passes: boolean, options?: object][] = [
  ["at the floor", INFO, true],
  ["above it", { ...INFO, severityNumber: 17 }, true],
  ["below it", DEBUG, false],
  ["just below it", { ...DEBUG, severityNumber: 8 }, false],
  ["the least severe", { ...DEBUG, severityNumber: 1 }, false],
  ["without a severity", { ...DEBUG, severityNumber: 0 }, true],
  ["without a severity where it is needed", { ...DEBUG, severityNumber: 0 }, false, { needsSeverity: true }],
  ["of a severity that there isn't", { ...DEBUG, severityNumber: -3 }, true],
  ["below another floor", { ...DEBUG, severityNumber: 12 }, false, { floor: 13 }],
  ["without a trace id", { ...DEBUG, traceId: "" }, false],
];

test.each(UNAPPROVED)("a record %s, of no approved trace", (_, record, passes, options = {}) => {
  for (const grants of [[], [keyedGrant({ selector: { trace_ids: [OTHER_TRACE_ID] } })]]) {
    const { pass } = startCapture({ ...options, grants });
    expect(pass("logs", [record]).map(({ body }) => body)).toEqual(passes ? [record.body] : []);
  }
});

test("a batch that loses nothing is the very buffer that came", () => {
  const { sift } = startCapture({ grants: [keyedGrant()] });
  const batch = batchOf("logs", [INFO, INFO]);
  const { batch: rest } = sift(batch);
  expect([rest.bytes, rest.items, rest.approvals_checked]).toEqual([batch.bytes, 2, true]);
  expect(rest.bytes).toBe(batch.bytes);
});

test("resources and scopes that lose all their records go with them", () => {
  const { sift } = startCapture();
  const tree = {
    resourceLogs: [
      { schemaUrl: "gone", scopeLogs: [{ logRecords: [DEBUG] }, { logRecords: [DEBUG, DEBUG] }] },
      { schemaUrl: "kept", scopeLogs: [{ logRecords: [DEBUG] }, { logRecords: [DEBUG, INFO] }] },
      { schemaUrl: "empty before", scopeLogs: [{ logRecords: [] }] },
    ],
  };
  const batch = createBatch("logs", encodeRequest("logs", tree), { address: undefined });
  const result = sift(batch);
  expect([result.batch.items, result.dropped]).toEqual([1, new Map([["not_approved", 5]])]);
  const expected = {
    resourceLogs: [{ schemaUrl: "kept", scopeLogs: [{ logRecords: [INFO] }] }, tree.resourceLogs[2]!],
  };
  expect(result.batch.bytes).toEqual(encodeRequest("logs", expected));
});

test("a token lets its record pass, which says the grant instead", () => {
  const { pass, metrics } = startCapture({ grants: [tokenGrant()] });
  const [record] = pass("logs", [withToken(token())]);
  expect(record).toMatchObject({ severityNumber: 5, traceId: TRACE_ID, timeUnixNano: "1", body: DEBUG.body });
  expect(attributesOf(record)).toEqual({ a: "b", "scrim.grant.id": GRANT_ID });
  const labels = { processor: "verbose_capture", approved_by: "token" };
  expect(metrics.value(CAPTURE_CAPTURED_RECORDS, labels)).toBe(1);
});

test("a grant that names the trace lets records pass without a token", () => {
  const { pass } = startCapture({ grants: [keyedGrant()] });
  const records = pass("logs", [
    DEBUG,
    { ...DEBUG, traceId: OTHER_TRACE_ID },
    { ...DEBUG, severityNumber: 4 },
  ]);
  expect(records.map((record) => [record.severityNumber, attributesOf(record)])).toEqual([
    [5, { "scrim.grant.id": GRANT_ID }],
  ]);
});

test("a trace that a grant names passes, whatever is wrong with the token on its record", () => {
  const { pass } = startCapture({ grants: [keyedGrant()] });
  expect(pass("logs", [withToken("nonsense")])).toHaveLength(1);
});

const OWN: readonly [name: string, attribute: JsonObject][] = [
  ["a token", stringAttribute("scrim.token", token())],
  ["a mark", stringAttribute("scrim.grant.id", GRANT_ID)],
  ["a mark of another type", { key: "scrim.grant.id", value: { intValue: "7" } }],
  ["any other name of ours", stringAttribute("scrim.anything", "x")],
  [
    "what reads like one when it is flattened",
    { key: "scrim", value: { kvlistValue: { values: [stringAttribute("token", "x")] } } },
  ],
  ["a long value", stringAttribute("scrim.x", "x".repeat(20_000))],
  ["no value", { key: "scrim.x" }],
];

test.each(OWN)("senders may not set %s: on records, scopes and resources it is taken out", (_, own) => {
  const { sift } = startCapture({ grants: [tokenGrant()] });
  const others = [stringAttribute("scrimmage", "kept"), stringAttribute("x", "scrim.token")];
  const tree = (attributes: readonly JsonObject[]) => ({
    resourceLogs: [
      {
        resource: { attributes },
        scopeLogs: [{ scope: { attributes }, logRecords: [{ ...INFO, attributes }] }],
      },
    ],
  });
  const sent = encodeRequest("logs", tree([others[0]!, own, others[1]!, own]));
  const { batch } = sift(createBatch("logs", sent, { address: undefined }));
  expect(batch.bytes).toEqual(encodeRequest("logs", tree(others)));
});

test("tokens that prove nothing are counted", () => {
  const { pass, metrics } = startCapture({ grants: [tokenGrant()] });
  pass("logs", [withToken("x"), withToken(token({ expiresAt: NOW })), withToken(token())]);
  expect(metrics.value(CAPTURE_REFUSED_TOKENS, { processor: "verbose_capture" })).toBe(2);
});

const ENDINGS: readonly [name: string, end: (test: ReturnType<typeof startCapture>) => void][] = [
  ["the token expires", ({ clock }) => clock.advance(61)],
  ["the grant is revoked", ({ grants }) => putGrants(grants, [])],
  ["the bundle goes stale", ({ clock }) => clock.advance(901)],
];

test.each(ENDINGS)("once %s, the same record does not pass any more", (_, end) => {
  const started = startCapture({ grants: [tokenGrant()] });
  expect(started.pass("logs", [withToken(token())])).toHaveLength(1);
  end(started);
  expect(started.pass("logs", [withToken(token())])).toEqual([]);
});

const BOUNDS: readonly [name: string, grant: Partial<GrantInput>, withToken: number, without: number][] = [
  ["the records of a second", { records_per_s: 3 }, 3, 3],
  ["its bytes", { bytes_max: 400 }, 3, 10],
];

test.each(BOUNDS)("a token that is replayed stays within the grant's bounds: %s", (_, bounds, passes) => {
  const { sift } = startCapture({ grants: [tokenGrant(bounds)] });
  const replayed = Array.from({ length: 50 }, () => withToken(token()));
  const { batch, dropped } = sift(batchOf("logs", replayed));
  expect([batch.items, dropped]).toEqual([passes, new Map([["grant_exhausted", 50 - passes]])]);
});

test.each(BOUNDS)("who knows an approved trace id stays within them too: %s", (_, bounds, __, passes) => {
  const { pass } = startCapture({ grants: [keyedGrant(bounds)] });
  expect(pass("logs", Array<JsonObject>(50).fill(DEBUG))).toHaveLength(passes);
});

/** Fields as bytes, for what encoders don't write. */
const field = (number: number, payload: readonly number[]) => [(number << 3) | 2, payload.length, ...payload];
const traceId = (byte: number) => field(9, Array<number>(16).fill(byte));
const severity = (value: number) => [0x10, value];
const APPROVED = "07".repeat(16);

const AMBIGUOUS: readonly [name: string, record: readonly number[], passes: boolean][] = [
  ["one severity below the floor and one above", [...severity(5), ...severity(9)], false],
  ["the same the other way round", [...severity(9), ...severity(5)], false],
  ["a severity below the floor, and then none", [...severity(5), ...severity(0)], false],
  ["two trace ids, the last approved", [...severity(5), ...traceId(1), ...traceId(7)], false],
  ["two trace ids, the first approved", [...severity(5), ...traceId(7), ...traceId(1)], false],
  ["an approved trace id twice", [...severity(5), ...traceId(7), ...traceId(7)], true],
  ["an approved trace id that is too long", [...severity(5), ...field(9, Array<number>(17).fill(7))], false],
  ["an approved trace id", [...severity(5), ...traceId(7)], true],
  ["the severity behind everything", [...traceId(1), ...field(6, field(1, [65])), ...severity(5)], false],
  ["a severity that is no number", [...field(2, [5])], true],
];

test.each(AMBIGUOUS)("decoders differ on a record with %s", (_, record, passes) => {
  const { sift } = startCapture({ grants: [keyedGrant({ selector: { trace_ids: [APPROVED] } })] });
  const bytes = Buffer.from(field(1, field(2, field(2, record))));
  const { batch } = sift(createBatch("logs", bytes, { address: undefined }));
  expect(batch.items).toBe(passes ? 1 : 0);
});

test("a token under a key that comes twice is taken out", () => {
  const { sift } = startCapture();
  const twice = [...field(1, [...Buffer.from("other")]), ...field(1, [...Buffer.from("scrim.token")])];
  const bytes = Buffer.from(field(1, field(2, field(2, [...severity(9), ...field(6, twice)]))));
  const { batch } = sift(createBatch("logs", bytes, { address: undefined }));
  expect(itemsOf(batch)).toEqual([{ severityNumber: 9 }]);
});

test("broken framing is refused with its place, not passed", () => {
  const { sift } = startCapture();
  const broken = { ...batchOf("logs", [INFO]), bytes: Buffer.from("0a0412021200ff", "hex") };
  expect(() => sift(broken)).toThrow(expect.objectContaining({ code: "WIRE_TRUNCATED" }));
});
