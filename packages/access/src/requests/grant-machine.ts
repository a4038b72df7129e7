import type { AccessGrant } from "./access-grant.ts";

/*
 * What can become of a grant: scheduled, active, and then expired, revoked or exhausted, which is the end. Pure, as the request's.
 */

/** The grant at a time. */
export function grantAt(grant: AccessGrant, nowS: number): AccessGrant {
  if (grant.state !== "scheduled" && grant.state !== "active") return escalatedAt(grant, nowS);
  const state = nowS >= grant.expires_at ? "expired" : nowS >= grant.not_before ? "active" : grant.state;
  if (state === grant.state) return escalatedAt(grant, nowS);
  const ended = state === "expired" ? { ended_at: grant.expires_at } : {};
  return escalatedAt({ ...grant, state, ...ended }, nowS);
}

/** Whether a grant allows anything, now or later. */
export function isOpen({ state }: AccessGrant): boolean {
  return state === "scheduled" || state === "active";
}

export function revoked(grant: AccessGrant, nowS: number): AccessGrant {
  return { ...grant, state: "revoked", ended_at: nowS };
}

export function exhausted(grant: AccessGrant, nowS: number): AccessGrant {
  return { ...grant, state: "exhausted", ended_at: nowS };
}

/** Break-glass whose review came, late perhaps. */
export function reviewed(grant: AccessGrant, reviewer: string, nowS: number): AccessGrant {
  if (grant.review === undefined) return grant;
  return { ...grant, review: { ...grant.review, state: "reviewed", reviewer, at: nowS } };
}

/** Whether somebody still has to look at it. */
export function awaitsReview({ review }: AccessGrant): boolean {
  return review !== undefined && review.state !== "reviewed";
}

function escalatedAt(grant: AccessGrant, nowS: number): AccessGrant {
  if (grant.review?.state !== "due" || nowS < grant.review.due_at) return grant;
  return { ...grant, review: { ...grant.review, state: "escalated", at: grant.review.due_at } };
}
