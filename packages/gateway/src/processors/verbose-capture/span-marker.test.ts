import { TraceLeases } from "@scrim/grants";
import { createBatch } from "@scrim/pipeline";
import { encodeRequest, type JsonObject } from "@scrim/wire";
import { expect, test } from "vitest";
import { attributesOf, batchOf, startCapture, stringAttribute } from "../../../testing/capture.ts";
import {
  GRANT_ID,
  keyedGrant,
  NOW,
  OTHER_TRACE_ID,
  TRACE_ID,
  token,
  tokenGrant,
} from "../../../testing/grants.ts";

const SPAN: JsonObject = { traceId: TRACE_ID, spanId: "00f067aa0ba902b7", name: "pay" };
const CHILD: JsonObject = { ...SPAN, parentSpanId: "00f067aa0ba902b8" };
const RECORD: JsonObject = { severityNumber: 5, traceId: TRACE_ID, body: { stringValue: "debug" } };

const isMarked = (span: JsonObject | undefined) => attributesOf(span)["scrim.grant.id"] === GRANT_ID;
const withState = (traceState: string, span = SPAN): JsonObject => ({ ...span, traceState });

test("spans of a trace that a grant names are marked", () => {
  const { pass } = startCapture({ grants: [keyedGrant()] });
  const spans = pass("traces", [SPAN, { ...SPAN, traceId: OTHER_TRACE_ID }, { ...SPAN, traceId: "" }]);
  expect(spans.map(isMarked)).toEqual([true, false, false]);
});

const STATES: readonly [name: string, state: string, left: string | undefined, isApproved: boolean][] = [
  ["a token alone", `scrim=${token()}`, undefined, true],
  ["a token before others", `scrim=${token()},ot=th:c,x=1`, "ot=th:c,x=1", true],
  ["a token behind others, with blanks", `ot=th:c, scrim=${token()} ,x=1`, "ot=th:c,x=1", true],
  ["a forged token", `scrim=${token({ key: Buffer.alloc(32) })},x=1`, "x=1", false],
  ["an expired token", `scrim=${token({ expiresAt: NOW })}`, undefined, false],
  ["a token of another trace", `scrim=${token({ traceId: OTHER_TRACE_ID })}`, undefined, false],
  ["a forged token, and then a good one", `scrim=${"A".repeat(40)},scrim=${token()}`, undefined, false],
  ["another's member that holds ours", `x=scrim=${token()}`, `x=scrim=${token()}`, false],
  ["a member that ends like ours", `my-scrim=${token()}`, `my-scrim=${token()}`, false],
  ["no members", ",,,", ",,,", false],
  ["a very long one", `${"x=1,".repeat(100_000)}scrim=1`, `${"x=1,".repeat(100_000)}`.slice(0, -1), false],
];

test.each(STATES)(
  "a tracestate with %s: our member is taken out, and only a good token marks",
  (_, state, left, isApproved) => {
    const { pass } = startCapture({ grants: [tokenGrant()] });
    const link = { traceId: OTHER_TRACE_ID, spanId: "00f067aa0ba902b9", traceState: state };
    const [span] = pass("traces", [{ ...withState(state), links: [link] }]);
    expect([span!.traceState, isMarked(span)]).toEqual([left, isApproved]);
    expect((span!.links as JsonObject[])[0]!.traceState).toBe(left);
  },
);

test("senders may not set what is ours: on spans, events, links, scopes and resources it is taken out", () => {
  const { sift } = startCapture();
  const tree = (attributes: readonly JsonObject[]) => ({
    resourceSpans: [
      {
        resource: { attributes },
        scopeSpans: [
          {
            scope: { attributes },
            spans: [{ ...SPAN, attributes, events: [{ name: "e", attributes }], links: [{ attributes }] }],
          },
        ],
      },
    ],
  });
  const forged = encodeRequest(
    "traces",
    tree([stringAttribute("scrim.grant.id", GRANT_ID), stringAttribute("a", "b")]),
  );
  const { batch } = sift(createBatch("traces", forged, { address: undefined }));
  expect(batch.bytes).toEqual(encodeRequest("traces", tree([stringAttribute("a", "b")])));
  expect(batch.approvals_checked).toBe(true);
});

test("a batch with nothing of ours is the very buffer that came", () => {
  const { sift } = startCapture({ grants: [tokenGrant()] });
  const batch = batchOf("traces", [SPAN, CHILD, withState("ot=th:c")]);
  expect(sift(batch).batch.bytes).toBe(batch.bytes);
});

test("marks stay within the grant's records", () => {
  const { pass } = startCapture({ grants: [keyedGrant({ records_per_s: 3 })] });
  expect(pass("traces", Array<JsonObject>(10).fill(SPAN)).filter(isMarked)).toHaveLength(3);
});

test("where all of a trace comes by, a span's token approves records that have none", () => {
  const records = (seesWholeTraces: boolean) => {
    const started = startCapture({ grants: [tokenGrant()], seesWholeTraces });
    started.pass("traces", [withState(`scrim=${token()}`)]);
    const passed = started.pass("logs", [RECORD, { ...RECORD, traceId: OTHER_TRACE_ID }]).length;
    started.clock.advance(61);
    return [passed, started.pass("logs", [RECORD]).length];
  };
  expect(records(true)).toEqual([1, 0]);
  expect(records(false)).toEqual([0, 0]);
});

test("a forged token on a span approves nothing", () => {
  const { pass } = startCapture({ grants: [tokenGrant()], seesWholeTraces: true });
  pass("traces", [withState(`scrim=${"A".repeat(40)}`)]);
  expect(pass("logs", [RECORD])).toEqual([]);
});

test("held records are released by a span's token", async () => {
  const { capture, pass, released } = startCapture({
    grants: [tokenGrant()],
    seesWholeTraces: true,
    hold: {},
  });
  pass("logs", [RECORD]);
  pass("traces", [withState(`scrim=${token()}`)]);
  await capture.look();
  expect(released.map((records) => records.length)).toEqual([1]);
});

/** A capture that follows predicates, with so many traces to lease. */
async function startWithPredicate(where: string, leases: number) {
  const grant = keyedGrant({ selector: { where }, traces_max: 100 });
  let left = leases;
  let made: TraceLeases | undefined;
  const started = startCapture({
    grants: [grant],
    seesWholeTraces: true,
    leases(_, clock) {
      const lease = async ({ wanted }: { wanted: Readonly<Record<string, number>> }) => {
        const granted = Math.min(left, wanted[GRANT_ID] ?? 0);
        left -= granted;
        return { [GRANT_ID]: granted };
      };
      made = new TraceLeases({ lease }, () => {}, clock);
      return made;
    },
  });
  const tend = () => made!.tend(started.grants.withPredicate);
  await tend();
  return { ...started, tend };
}

const METHOD = stringAttribute("http.request.method", "POST");
const PREDICATES: readonly [name: string, where: string, span: JsonObject, isApproved: boolean][] = [
  ["is true", "http.request.method == 'POST'", { ...SPAN, attributes: [METHOD] }, true],
  [
    "is true of a span with a remote parent",
    "http.request.method == 'POST'",
    { ...CHILD, attributes: [METHOD], flags: 0x300 },
    true,
  ],
  [
    "is true of a span that is no local root",
    "http.request.method == 'POST'",
    { ...CHILD, attributes: [METHOD] },
    false,
  ],
  ["is false", "http.request.method == 'GET'", { ...SPAN, attributes: [METHOD] }, false],
  ["asks for what isn't there", "url.path == '/pay'", { ...SPAN, attributes: [METHOD] }, false],
  [
    "asks for what is there twice",
    "http.request.method == 'POST'",
    { ...SPAN, attributes: [METHOD, METHOD] },
    false,
  ],
  [
    "asks for a number",
    "http.response.status_code >= 500",
    { ...SPAN, attributes: [{ key: "http.response.status_code", value: { intValue: "503" } }] },
    true,
  ],
  [
    "asks for a boolean",
    "error",
    { ...SPAN, attributes: [{ key: "error", value: { boolValue: true } }] },
    true,
  ],
  [
    "asks for a fraction",
    "score > 0.5",
    { ...SPAN, attributes: [{ key: "score", value: { doubleValue: 0.75 } }] },
    true,
  ],
  [
    "is true of a span without a trace",
    "http.request.method == 'POST'",
    { ...SPAN, traceId: "", attributes: [METHOD] },
    false,
  ],
];

test.each(PREDICATES)("a predicate that %s", async (_, where, span, isApproved) => {
  const { pass } = await startWithPredicate(where, 5);
  expect(pass("traces", [span]).map(isMarked)).toEqual([isApproved]);
  expect(pass("logs", [RECORD])).toHaveLength(isApproved ? 1 : 0);
});

test("a predicate takes no more traces than are leased", async () => {
  const { pass, tend } = await startWithPredicate("http.request.method == 'POST'", 3);
  let approved = 0;
  for (let n = 0; n < 20; n++) {
    const span = { ...SPAN, traceId: (n + 1).toString(16).padStart(32, "0"), attributes: [METHOD] };
    approved += pass("traces", [span, span]).filter(isMarked).length / 2;
    await tend();
  }
  expect(approved).toBe(3);
});

test("predicates mean nothing where not all of a trace comes by", () => {
  const where = { selector: { where: "http.request.method == 'POST'" }, traces_max: 5 };
  const { pass } = startCapture({ grants: [keyedGrant(where)] });
  expect(pass("traces", [{ ...SPAN, attributes: [METHOD] }]).map(isMarked)).toEqual([false]);
  expect(pass("logs", [RECORD])).toEqual([]);
});
