import fc from "fast-check";
import { expect, test } from "vitest";
import { requestOf } from "../../test/documents.ts";
import type { AccessRequest, Decision } from "./access-request.ts";
import { cancelled, decided, requestAt } from "./request-machine.ts";

const decisionBy = (
  reviewer: string,
  verdict: Decision["verdict"],
  counts_for: number[],
  at = 1_000,
): Decision => ({
  verdict,
  reviewer,
  people: [reviewer],
  counts_for,
  at,
});

const thresholds = fc.array(
  fc.record({ approve: fc.integer({ min: 1, max: 3 }), deny: fc.integer({ min: 1, max: 3 }) }),
  { maxLength: 3 },
);
const decisions = fc.array(
  fc.record({
    reviewer: fc.constantFrom("bo", "cy", "dee", "flo"),
    verdict: fc.constantFrom("approve" as const, "deny" as const),
    counts_for: fc.subarray([0, 1, 2]),
  }),
  { maxLength: 12 },
);

/** Decides one after the other, until it is decided. */
function decideAll(request: AccessRequest, all: readonly Decision[]): AccessRequest {
  return all.reduce((each, decision) => (each.state === "pending" ? decided(each, decision) : each), request);
}

test("a request is approved by each threshold's number of people alone, of whom none has denied; any denial may beat them", () => {
  fc.assert(
    fc.property(thresholds, decisions, (needed, said) => {
      const all = said.map(({ reviewer, verdict, counts_for }) => decisionBy(reviewer, verdict, counts_for));
      const request = decideAll(requestOf("a", { thresholds: needed }), all);
      const people = (verdict: Decision["verdict"], at?: number) =>
        new Set(
          request.decisions
            .filter((each) => each.verdict === verdict && (at === undefined || each.counts_for.includes(at)))
            .map(({ reviewer }) => reviewer),
        );
      const deniers = people("deny");
      const enough = needed.map(
        ({ approve }, at) =>
          [...people("approve", at)].filter((name) => !deniers.has(name)).length >= approve,
      );
      const denied = needed.map(({ deny }, at) => people("deny", at).size >= deny);
      const expected = denied.includes(true)
        ? "denied"
        : needed.length > 0 && !enough.includes(false)
          ? "approved"
          : "pending";
      expect(request.state).toBe(expected);
      expect(request.ended_at).toBe(expected === "pending" ? undefined : 1_000);
    }),
    { numRuns: 2_000 },
  );
});

test("the one who approves again and again is one", () => {
  const approvals = Array.from({ length: 5 }, () => decisionBy("bo", "approve", [0]));
  expect(decideAll(requestOf("a", { thresholds: [{ approve: 2, deny: 1 }] }), approvals).state).toBe(
    "pending",
  );
});

test("who denies takes back the approval, also where the denial counts for another threshold", () => {
  const request = requestOf("a", {
    thresholds: [
      { approve: 1, deny: 1 },
      { approve: 1, deny: 2 },
    ],
  });
  const all = [
    decisionBy("bo", "approve", [0]),
    decisionBy("bo", "deny", [1]),
    decisionBy("cy", "approve", [1]),
  ];
  expect(decideAll(request, all).state).toBe("pending");
});

test("a request without thresholds is approved by nobody", () => {
  const approvals = ["bo", "cy", "dee"].map((name) => decisionBy(name, "approve", [0]));
  expect(decideAll(requestOf("a", { thresholds: [] }), approvals).state).toBe("pending");
});

test("only what is pending times out, at its second, and stays as it is then", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 10_000 }), (one, other) => {
      const request = requestOf("a", { times_out_at: 4_600 });
      const seen = requestAt(requestAt(request, one), other);
      const last = Math.max(one, other);
      expect([seen.state, seen.ended_at]).toEqual(
        last < 4_600 ? ["pending", undefined] : ["timed_out", 4_600],
      );
      const ended = cancelled(request, 2_000);
      expect(requestAt(ended, last)).toBe(ended);
    }),
  );
});
