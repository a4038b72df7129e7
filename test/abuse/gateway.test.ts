import type { KeyedGrant } from "@scrim/grants";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { makeFolder, startCapturing } from "./capturing-gateway.ts";
import { enrol, grant, grantFor, OTHER_TRACE_ID, TRACE_ID, token } from "./enrolment.ts";
import { APPROVED_SPAN, DEBUG, INFO, logs, MISPLACED, SPANS, text } from "./record-cases.ts";
import { standStill, type TestTime, until } from "./test-time.ts";
import { GRANTS, TOKENS } from "./token-cases.ts";

let time: TestTime;
beforeEach(() => {
  time = standStill();
  onTestFinished(() => time.free());
});

/** A gateway that has taken a bundle from a file. */
async function setUp(grants: readonly KeyedGrant[], capture: object = {}) {
  const enrolment = enrol();
  const folder = makeFolder(enrolment);
  const captured = enrolment.sign(grants);
  folder.put(captured);
  const gateway = await startCapturing(folder, { file: "bundle", ...capture });
  onTestFinished(async () => {
    await gateway.close();
    folder.remove();
  });
  expect(gateway.warnings).toEqual([]);
  return { ...gateway, captured, folder, enrolment };
}

/** Where spans approve their traces. Nothing listens there, so that predicates take none. */
const WHOLE_TRACES = { trace_id_routing: true, lease_url: "http://127.0.0.1:1" };

const stamped = (good: string, traceId = TRACE_ID, record = DEBUG) => ({
  ...record,
  traceId,
  attributes: [text("scrim.token", good)],
});
const severities = (records: readonly { readonly severityNumber?: number }[]) =>
  records.map(({ severityNumber }) => severityNumber);

test("a token that is good, and a trace that a grant names, are captured", async () => {
  const gateway = await setUp([...GRANTS, grantFor(OTHER_TRACE_ID, { id: "a4a4a4a4a4a4a4a4" })]);
  await gateway.send("logs", logs([stamped(token()), { ...DEBUG, traceId: OTHER_TRACE_ID }]));
  expect(severities(gateway.verbose())).toEqual([5, 5]);
});

test.each(TOKENS)("a token %s captures nothing", async (_, row) => {
  const gateway = await setUp(GRANTS);
  const sent = row.token(gateway.captured);
  if (row.before !== undefined) {
    await gateway.send("logs", logs([stamped(sent, row.traceId)]));
    expect(gateway.verbose(), "the row shows nothing: its token never counted").toHaveLength(1);
    row.before(time, () => gateway.folder.put(gateway.enrolment.sign([], { version: 2 })));
    await new Promise((resolve) => setTimeout(resolve, 700)); // a new bundle in the file is looked for twice a second
  }
  const before = gateway.verbose().length;
  await gateway.send("logs", logs([stamped(sent, row.traceId), INFO]));
  await gateway.send("logs", logs([stamped(sent, row.traceId), INFO]), "json");
  expect(gateway.verbose()).toHaveLength(before);
  expect(gateway.others()).toHaveLength(2);
});

test.each(MISPLACED)("%s captures nothing", async (_, request) => {
  const gateway = await setUp(GRANTS, WHOLE_TRACES);
  for (const encoding of ["protobuf", "json"] as const) {
    await gateway.send("logs", request(token()), encoding);
    await gateway.send("logs", logs([INFO]), encoding);
  }
  expect(gateway.verbose()).toEqual([]);
  expect(gateway.others().length).toBeGreaterThanOrEqual(2);
  expect(JSON.stringify(gateway.others())).not.toContain('"scrim.');
});

test("a span with a token is kept, and approves its trace, where all of a trace comes by", async () => {
  const gateway = await setUp(GRANTS, WHOLE_TRACES);
  await gateway.send("traces", APPROVED_SPAN(token()));
  await gateway.send("logs", logs([DEBUG]));
  expect([gateway.spans().length, severities(gateway.verbose())]).toEqual([1, [5]]);
});

test.each(SPANS)("a span with %s is not kept, and approves nothing", async (_, request) => {
  const gateway = await setUp(GRANTS, WHOLE_TRACES);
  for (const encoding of ["protobuf", "json"] as const) {
    await gateway.send("traces", request(token()), encoding);
    await gateway.send("logs", logs([DEBUG, INFO]), encoding);
  }
  expect(gateway.spans()).toEqual([]);
  expect([gateway.verbose(), gateway.others().length]).toEqual([[], 2]);
});

const MARKS = [
  ["a record", (mark: object) => logs([{ ...INFO, attributes: [mark] as never }])],
  ["a resource", (mark: object) => logs([INFO], { resource: { attributes: [mark] as never } })],
  ["a scope", (mark: object) => logs([INFO], { scope: { attributes: [mark] as never } })],
] as const;

test.each(MARKS)("a mark of approval that a sender put on %s is taken off", async (_, request) => {
  const gateway = await setUp(GRANTS);
  await gateway.send("logs", request(text("scrim.grant.id", "00112233aabbccdd")));
  expect(gateway.others()).toHaveLength(1);
  expect(JSON.stringify(gateway.others())).not.toContain("scrim");
  await gateway.send("logs", logs([stamped(token())]));
  expect(JSON.stringify(gateway.verbose())).toContain('"scrim.grant.id"');
});

test("an emitter that puts a token on every record gets nothing for it", async () => {
  const gateway = await setUp(GRANTS);
  const records = Array.from({ length: 200 }, (_, n) =>
    stamped(token(), (n + 1).toString(16).padStart(32, "0"), n % 2 === 0 ? DEBUG : INFO),
  );
  await gateway.send("logs", logs(records));
  expect([gateway.verbose(), gateway.others().length]).toEqual([[], 100]);
});

const BOUNDS = [
  ["the records of a second", { records_per_s: 3 }, 3, 3],
  ["its bytes", { bytes_max: 400 }, 4, 10],
] as const;

test.each(BOUNDS)("a token that is replayed stays within %s of its grant", async (_, bounds, records) => {
  const gateway = await setUp([grant(bounds)]);
  for (let i = 0; i < 4; i++) await gateway.send("logs", logs(Array(5).fill(stamped(token()))));
  expect(gateway.verbose()).toHaveLength(records);
});

test.each(BOUNDS)(
  "who knows an approved trace id stays within %s of its grant",
  async (_, bounds, __, records) => {
    const gateway = await setUp([grantFor(TRACE_ID, bounds)]);
    for (let i = 0; i < 4; i++) await gateway.send("logs", logs(Array(5).fill(DEBUG)));
    expect(gateway.verbose()).toHaveLength(records);
  },
);

test("a clock that is set back keeps no grant alive past its bundle", async () => {
  const gateway = await setUp([grantFor(TRACE_ID)]);
  time.setClock(-30);
  await gateway.send("logs", logs([DEBUG]));
  expect(gateway.verbose()).toHaveLength(1);
  time.advance(61);
  await gateway.send("logs", logs([DEBUG]));
  expect(gateway.verbose()).toHaveLength(1);
});

const BROKEN = [
  ["JSON a million deep", Buffer.from(`{"resourceLogs":${"[".repeat(1e6)}`), "application/json", 400],
  [
    "a map a thousand deep",
    Buffer.from(
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"severityNumber":5,"body":${'{"kvlistValue":{"values":[{"key":"a","value":'.repeat(1000)}{}${"}]}}".repeat(1000)}}]}]}]}`,
    ),
    "application/json",
    400,
  ],
  ["protobuf that is cut", Buffer.from("0a0412021200ff", "hex"), "application/x-protobuf", 400],
] as const;

test.each(BROKEN)("%s is refused, and the gateway goes on", async (_, body, type, status) => {
  const gateway = await setUp(GRANTS);
  expect(await gateway.post("/v1/logs", body, type)).toBe(status);
  await gateway.send("logs", logs([stamped(token()), DEBUG]));
  expect(gateway.verbose()).toHaveLength(1);
});

test("records that wait are not released by what shows for nothing", async () => {
  const gateway = await setUp(GRANTS, { hold: "60s", ...WHOLE_TRACES });
  await gateway.send("logs", logs([DEBUG]));
  for (const [, row] of TOKENS.filter(([, row]) => row.before === undefined && row.traceId === undefined))
    await gateway.send("logs", logs([stamped(row.token(gateway.captured))]));
  for (const [, request] of SPANS) await gateway.send("traces", request(token()));
  await new Promise((resolve) => setTimeout(resolve, 600)); // it is looked four times a second
  expect(gateway.verbose()).toEqual([]);
  await gateway.send("traces", APPROVED_SPAN(token()));
  await until(() => gateway.verbose().length > 0, "what waits is released once its trace is approved");
});
