import type { PolicyDecision, PolicyVersion } from "./policy-version.ts";

/*
 * What can become of a policy: proposed, then approved or rejected; approved, then staged on a share of the processes and back, and current at last;
 * superseded when another one is. Pure: a policy and what happens to it in, the policy as it is then out.
 */

/** With somebody's decision, which is the only one. */
export function decidedPolicy(policy: PolicyVersion, decision: PolicyDecision): PolicyVersion {
  return {
    ...policy,
    decisions: [...policy.decisions, decision],
    state: decision.verdict === "approve" ? "approved" : "rejected",
    changed_at: decision.at,
  };
}

/** On a share of all processes: none is as it was before, and all is current. */
export function stagedPolicy(policy: PolicyVersion, share: number, nowS: number): PolicyVersion {
  const state = share === 0 ? "approved" : share === 100 ? "current" : "staged";
  return { ...policy, share, state, changed_at: nowS };
}

export function supersededPolicy(policy: PolicyVersion, nowS: number): PolicyVersion {
  return { ...policy, share: 0, state: "superseded", changed_at: nowS };
}

/** Whether anything can still become of it. */
export function isOpenPolicy({ state }: PolicyVersion): boolean {
  return state !== "rejected" && state !== "superseded";
}

/** Whether it may be put on processes. */
export function isStageable({ state }: PolicyVersion): boolean {
  return state === "approved" || state === "staged";
}
