import type { AccessRequest, Decision, Threshold } from "./access-request.ts";

/*
 * What can become of a request: pending, and then approved, denied, cancelled or timed out, which is the end. Pure: a request and what
 * happens to it in, the request as it is then out.
 */

/** The request at a time: one that nobody has decided on in time has timed out. */
export function requestAt(request: AccessRequest, nowS: number): AccessRequest {
  if (request.state !== "pending" || nowS < request.times_out_at) return request;
  return { ...request, state: "timed_out", ended_at: request.times_out_at };
}

/**
 * The request with a decision, and what that makes of it. Denials that count end it, whoever has approved; and who has denied does not count as
 * having approved, before or since, for any of the thresholds.
 */
export function decided(request: AccessRequest, decision: Decision): AccessRequest {
  const decisions = [...request.decisions, decision];
  const next = { ...request, decisions };
  if (request.thresholds.some(({ deny }, at) => countFor(decisions, at, "deny") >= deny))
    return { ...next, state: "denied", ended_at: decision.at };
  if (isApproved(request.thresholds, decisions)) return { ...next, state: "approved", ended_at: decision.at };
  return next;
}

export function cancelled(request: AccessRequest, nowS: number): AccessRequest {
  return { ...request, state: "cancelled", ended_at: nowS };
}

/** Each threshold needs its own number; without any nobody can approve. */
function isApproved(thresholds: readonly Threshold[], decisions: readonly Decision[]): boolean {
  return (
    thresholds.length > 0 &&
    thresholds.every(({ approve }, at) => countFor(decisions, at, "approve") >= approve)
  );
}

/** How many people have decided so, of those who count. Who has denied has not approved. */
export function countFor(
  decisions: readonly Pick<Decision, "counts_for" | "reviewer" | "verdict">[],
  threshold: number,
  verdict: Decision["verdict"],
): number {
  const denied = new Set(decisions.filter((each) => each.verdict === "deny").map(({ reviewer }) => reviewer));
  const counting = decisions.filter(
    (each) =>
      each.verdict === verdict &&
      each.counts_for.includes(threshold) &&
      (verdict === "deny" || !denied.has(each.reviewer)),
  );
  return new Set(counting.map(({ reviewer }) => reviewer)).size;
}
