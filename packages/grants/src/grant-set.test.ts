import fc from "fast-check";
import { expect, test } from "vitest";
import { bundle, grant, NOW, OTHER_TRACE_ID, TestClock, TRACE_ID } from "../test/fixtures.ts";
import { GrantSet } from "./grant-set.ts";
import { mintToken } from "./trace-token.ts";

const POST = { selector: { where: "http.request.method == 'POST'" }, traces_max: 5 };

function setUp(...grants: ReturnType<typeof grant>[]) {
  const clock = new TestClock();
  const set = new GrantSet(clock);
  set.replace(bundle(grants));
  return { clock, set };
}

test("a trace that a grant names is approved, and no other", () => {
  const { set } = setUp(grant());
  expect(set.forTraceId(TRACE_ID)).toMatchObject({ severity: 5 });
  expect(set.forTraceId(OTHER_TRACE_ID)).toBe(undefined);
});

test("a root that a predicate is true of gets its grant", () => {
  const { set } = setUp(grant(POST));
  expect(set.forRoot({ "http.request.method": "POST" })?.grant.id).toBe("00112233aabbccdd");
  expect(set.forRoot({ "http.request.method": "GET" })).toBe(undefined);
  expect(set.forTraceId(TRACE_ID)).toBe(undefined);
});

test("a predicate that can't be used matches nothing, and the other grants hold", () => {
  const bad = grant({ ...POST, id: "ffffffffffffffff", selector: { where: "a.matches('x')" } });
  const { set } = setUp(bad, grant());
  expect(set.forRoot({ a: "x" })).toBe(undefined);
  expect(set.forTraceId(TRACE_ID)).toBeDefined();
});

test("a token that was minted for a trace approves it where the grant is known", () => {
  const { set } = setUp(grant());
  const token = set.tokenOf(set.forTraceId(TRACE_ID)!, TRACE_ID);
  expect(set.forToken(token, TRACE_ID)).toMatchObject({ severity: 5, expiresAt: NOW + 60 });
  expect(set.forToken(token, OTHER_TRACE_ID)).toBe(undefined);
  expect(setUp(grant({}, 8)).set.forToken(token, TRACE_ID)).toBe(undefined);
  expect(setUp(grant({ id: "ffffffffffffffff" })).set.forToken(token, TRACE_ID)).toBe(undefined);
  expect(setUp().set.forToken(token, TRACE_ID)).toBe(undefined);
});

test.each([
  ["that has expired", NOW - 1, 5, undefined],
  ["that expires now", NOW, 5, undefined],
  ["that lives too long", NOW + 121, 5, undefined],
  ["that lives just long enough", NOW + 120, 5, 5],
  ["that asks for more than its grant allows", NOW + 60, 1, 5],
  ["that asks for less", NOW + 60, 9, 9],
])("a token %s", (_, expiresAt, severity, expected) => {
  const { set } = setUp(grant());
  const token = mintToken(grant().key, { grant: grant().grant.id, expiresAt, severity }, TRACE_ID);
  expect(set.forToken(token, TRACE_ID)?.severity).toBe(expected);
});

test("a token of the future is none until then", () => {
  const { clock, set } = setUp(grant());
  const claims = { grant: grant().grant.id, expiresAt: NOW + 150, severity: 5 };
  const token = mintToken(grant().key, claims, TRACE_ID);
  expect(set.forToken(token, TRACE_ID)).toBe(undefined);
  clock.advance(31);
  expect(set.forToken(token, TRACE_ID)).toBeDefined();
});

test("all ends with the grant, to the second", () => {
  const { clock, set } = setUp(
    grant({ expires_at: NOW + 30 }),
    grant({ ...POST, id: "ffffffffffffffff", expires_at: NOW + 30 }),
  );
  const root = { "http.request.method": "POST" };
  const token = set.tokenOf(set.forTraceId(TRACE_ID)!, TRACE_ID);
  const approved = () => [
    set.forTraceId(TRACE_ID) !== undefined,
    set.forRoot(root) !== undefined,
    set.forToken(token, TRACE_ID) !== undefined,
  ];
  clock.advance(29.999);
  expect(approved()).toEqual([true, true, true]);
  clock.advance(0.001);
  expect(approved()).toEqual([false, false, false]);
});

test("nothing holds before it begins", () => {
  const { clock, set } = setUp(grant({ not_before: NOW + 10 }));
  expect(set.forTraceId(TRACE_ID)).toBe(undefined);
  clock.advance(10);
  expect(set.forTraceId(TRACE_ID)).toBeDefined();
});

test("what no newer bundle renews ends with its bundle", () => {
  const { clock, set } = setUp(grant());
  clock.advance(59);
  set.replace(bundle([grant()], { version: 2, issuedAt: NOW + 59, expiresAt: NOW + 119 }));
  clock.advance(59);
  expect(set.forTraceId(TRACE_ID)).toBeDefined();
  clock.advance(1);
  expect(set.forTraceId(TRACE_ID)).toBe(undefined);
});

test("turning the clock back extends nothing", () => {
  const { clock, set } = setUp(grant());
  clock.advance(59);
  clock.wall -= 3_600_000;
  expect(set.forTraceId(TRACE_ID)).toBe(undefined); // before it begins
  clock.wall += 3_600_000 - 30_000;
  expect(set.forTraceId(TRACE_ID)).toBeDefined();
  clock.monotonic += 1_000;
  expect(set.forTraceId(TRACE_ID)).toBe(undefined);
});

test("a grant that a newer bundle does not have ends at once, also where it is held", () => {
  const { set } = setUp(grant());
  const approval = set.forTraceId(TRACE_ID)!;
  const token = set.tokenOf(approval, TRACE_ID);
  set.replace(bundle([], { version: 2 }));
  expect(set.isEmpty).toBe(true);
  expect(approval.grant.isInForce()).toBe(false);
  expect(approval.grant.takeRecord(1)).toBe(false);
  expect(set.forToken(token, TRACE_ID)).toBe(undefined);
});

test("records of a second and bytes of all time are bounded, and a newer bundle gives back nothing", () => {
  const { clock, set } = setUp(grant({ records_per_s: 3, bytes_max: 1_000 }));
  const { grant: active } = set.forTraceId(TRACE_ID)!;
  const takes = (bytes: number, times: number) =>
    Array.from({ length: times }, () => active.takeRecord(bytes)).filter(Boolean).length;
  expect(takes(10, 10)).toBe(3);
  clock.advance(1);
  expect(takes(10, 10)).toBe(3);
  set.replace(bundle([grant({ records_per_s: 3, bytes_max: 1_000 })], { version: 2 }));
  expect(takes(10, 10)).toBe(0);
  clock.advance(10);
  expect(takes(900, 10)).toBe(1);
  clock.advance(10);
  expect(takes(100, 10)).toBe(0);
  expect(takes(40, 10)).toBe(1);
});

test("a million approved traces are found, and tokens that prove nothing don't pile up", () => {
  const ids = Array.from({ length: 1_000_000 }, (_, i) => i.toString(16).padStart(32, "a"));
  const { set } = setUp({ key: grant().key, grant: { ...grant().grant, selector: { trace_ids: ids } } });
  expect(ids.filter((_, i) => i % 1_000 === 0).every((id) => set.forTraceId(id) !== undefined)).toBe(true);
  expect(set.forTraceId(TRACE_ID)).toBe(undefined);
  const before = process.memoryUsage().heapUsed;
  const forged = mintToken(
    Buffer.alloc(32, 1),
    { grant: grant().grant.id, expiresAt: NOW + 9, severity: 5 },
    TRACE_ID,
  );
  expect(ids.slice(0, 50_000).every((id) => set.forToken(forged, id) === undefined)).toBe(true);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(64e6);
});

test("whatever comes as token and trace id, nothing is approved and nothing thrown", () => {
  const { set } = setUp(grant());
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 40 }), (token, traceId) => {
      expect(set.forToken(token, traceId)).toBe(undefined);
      expect(set.forToken(token, TRACE_ID)).toBe(undefined);
      expect(set.forTraceId(traceId)).toBe(undefined);
    }),
  );
});

test("a trace that a predicate took is approved until its grant ends, and has one token until that is old", () => {
  const { clock, set } = setUp(grant(POST));
  const root = { "http.request.method": "POST" };
  const approval = set.approve(set.forRoot(root)!, TRACE_ID);
  expect(set.forTraceId(TRACE_ID)).toBe(approval);
  expect(set.forTraceId(OTHER_TRACE_ID)).toBe(undefined);
  set.replace(bundle([grant(POST)], { version: 2, expiresAt: NOW + 900 }));
  expect(set.forTraceId(TRACE_ID)).toBe(approval);
  const token = set.tokenOf(approval, TRACE_ID);
  clock.advance(89);
  expect(set.tokenOf(approval, TRACE_ID)).toBe(token);
  clock.advance(2);
  const next = set.tokenOf(approval, TRACE_ID);
  expect(next).not.toBe(token);
  expect(set.forToken(next, TRACE_ID)).toBeDefined();
  set.replace(bundle([], { version: 3 }));
  expect(set.forTraceId(TRACE_ID)).toBe(undefined);
});

test("approved traces don't pile up", () => {
  const { set } = setUp(grant(POST));
  const active = set.forRoot({ "http.request.method": "POST" })!;
  const id = (n: number) => (n + 2 ** 40).toString(16).padStart(32, "0");
  for (let n = 0; n < 100_001; n++) set.approve(active, id(n));
  expect(set.forTraceId(id(0))).toBe(undefined);
  expect(set.forTraceId(id(1))).toBeDefined();
});

const ERRORS = { selector: { on_error: { traces_per_min: 2 } }, lookback_s: 30 };

function traceId(n: number): string {
  return n.toString(16).padStart(32, "0");
}

test("a trace with an error is approved by a grant for errors, as long as it holds", () => {
  const { clock, set } = setUp(grant(ERRORS));
  expect([set.isForErrors, setUp(grant()).set.isForErrors]).toEqual([true, false]);
  expect(set.forTraceId(TRACE_ID)).toBe(undefined);
  expect(set.approveError(TRACE_ID, {})?.heldSinceMs).toBe((NOW - 30) * 1000);
  expect(set.forTraceId(TRACE_ID)).toMatchObject({ severity: 5 });
  expect(set.forTraceId(OTHER_TRACE_ID)).toBe(undefined);
  expect(set.forToken(set.tokenOf(set.forTraceId(TRACE_ID)!, TRACE_ID), TRACE_ID)).toBeDefined();
  clock.advance(61);
  expect(set.forTraceId(TRACE_ID)).toBe(undefined);
  expect(set.approveError(OTHER_TRACE_ID, {})).toBe(undefined);
});

test("without a grant for errors none approves a trace", () => {
  const { set } = setUp(grant(), grant({ ...POST, id: "ffffffffffffffff" }));
  expect(set.approveError(OTHER_TRACE_ID, { "http.request.method": "POST" })).toBe(undefined);
  expect(set.forTraceId(OTHER_TRACE_ID)).toBe(undefined);
});

test("errors approve no more traces than the rate says, over bundles too, and a trace counts once", () => {
  const { clock, set } = setUp(grant(ERRORS));
  const approved = (from: number) =>
    [0, 1, 2, 3].filter((n) => set.approveError(traceId(from + n), {}) !== undefined).length;
  for (let n = 0; n < 5; n++) set.approveError(traceId(1), {});
  expect(approved(2)).toBe(1);
  set.replace(bundle([grant(ERRORS)], { version: 2 }));
  expect(approved(10)).toBe(0);
  clock.advance(29);
  expect(approved(20)).toBe(0);
  clock.advance(1);
  expect(approved(30)).toBe(1);
});

test("a grant for errors that is revoked or stale approves nothing, nor what it approved before", () => {
  const { set } = setUp(grant(ERRORS));
  set.approveError(TRACE_ID, {});
  set.replace(bundle([], { version: 2 }));
  expect([set.forTraceId(TRACE_ID), set.approveError(OTHER_TRACE_ID, {}), set.isForErrors]).toEqual([
    undefined,
    undefined,
    false,
  ]);
  const stale = setUp(grant(ERRORS)).set;
  stale.approveError(TRACE_ID, {});
  stale.clear();
  expect([stale.forTraceId(TRACE_ID), stale.isForErrors]).toEqual([undefined, false]);
});

test("a predicate of a grant for errors is asked of what came with the error; the next grant's turn is then", () => {
  const timeouts = { traces_per_min: 2, where: "error.type == 'timeout'" };
  const first = grant({ ...ERRORS, selector: { on_error: timeouts } });
  const second = grant({ ...ERRORS, id: "ffffffffffffffff", level: "trace" });
  expect(setUp(first).set.approveError(TRACE_ID, { "error.type": "500" })).toBe(undefined);
  expect(setUp(first).set.approveError(TRACE_ID, {})).toBe(undefined);
  const { set } = setUp(first, second);
  expect(set.approveError(TRACE_ID, { "error.type": "timeout" })?.severity).toBe(5);
  expect(set.approveError(OTHER_TRACE_ID, { "error.type": "500" })?.severity).toBe(1);
});

test("any times of errors: in no minute more traces than twice the rate are approved", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 200 }), (gaps) => {
      const { clock, set } = setUp();
      set.replace(bundle([grant(ERRORS)], { version: 2, expiresAt: NOW + 900 }));
      const approvedAt: number[] = [];
      gaps.forEach((gap, n) => {
        clock.monotonic += gap;
        clock.wall = (NOW + 1) * 1000; // a clock that somebody sets back each time
        if (set.approveError(traceId(n + 1), {}) !== undefined) approvedAt.push(clock.monotonic);
      });
      for (const from of approvedAt)
        expect(approvedAt.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(4);
    }),
  );
});

test("whoever listens hears which trace was approved, and of new grants", () => {
  const { set } = setUp(grant(ERRORS));
  const heard: unknown[] = [];
  set.onChange((id) => heard.push(id));
  set.approveError(TRACE_ID, {});
  set.approveError(TRACE_ID, {});
  set.replace(bundle([], { version: 2 }));
  expect(heard).toEqual([TRACE_ID, undefined]);
});

test.each([
  ["late", (set: GrantSet) => set.clear()],
  ["and one without it came between", (set: GrantSet) => set.replace(bundle([], { version: 2 }))],
])("a grant has no more left where its next bundle is %s", (_, end) => {
  const { set } = setUp(grant({ bytes_max: 100 }), grant({ ...ERRORS, id: "ffffffffffffffff" }));
  expect(set.forTraceId(TRACE_ID)?.grant.takeRecord(60)).toBe(true);
  for (let n = 1; n <= 3; n++) set.approveError(traceId(n), {});
  end(set);
  expect(set.forTraceId(TRACE_ID)).toBe(undefined);
  set.replace(
    bundle([grant({ bytes_max: 100 }), grant({ ...ERRORS, id: "ffffffffffffffff" })], { version: 3 }),
  );
  expect(set.forTraceId(TRACE_ID)?.grant.takeRecord(60)).toBe(false);
  expect(set.forTraceId(TRACE_ID)?.grant.takeRecord(40)).toBe(true);
  expect(set.approveError(OTHER_TRACE_ID, {})).toBe(undefined);
});

test("grants that have ended don't pile up: after a thousand others one is forgotten", () => {
  const used = grant({ id: "aaaaaaaaaaaaaaaa", bytes_max: 100 });
  const { set } = setUp(used);
  expect(set.forTraceId(TRACE_ID)?.grant.takeRecord(100)).toBe(true);
  const replaceBy = (from: number) => {
    const ids = Array.from(
      { length: 500 },
      (_, at) => `bb${(from + at).toString(16).padStart(6, "0")}bbbbbbbb`,
    );
    set.replace(bundle(ids.map((id) => grant({ id }))));
  };
  for (const from of [0, 500]) replaceBy(from);
  set.replace(bundle([used]));
  expect(set.forTraceId(TRACE_ID)?.grant.takeRecord(100)).toBe(false);
  for (const from of [1_000, 1_500, 2_000, 2_500]) replaceBy(from);
  set.replace(bundle([used]));
  expect(set.forTraceId(TRACE_ID)?.grant.takeRecord(100)).toBe(true);
});
