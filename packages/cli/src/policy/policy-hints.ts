import type { RefusalHints } from "../access/problem-error.ts";

/** What to do next where something about a policy is refused. */
export const POLICY_HINTS: RefusalHints = {
  own_request:
    "somebody else with the role policy_approver decides on it; who is behind it: {policy show ID}",
  unknown: "what you may see: {policy list}",
  state: "what became of it: {policy show ID}",
  not_stageable:
    "what it is, and whether another is being staged: {policy show ID}; {policy list --state staged}",
  outdated: "what is current now: {policy list --state current}; then propose it again",
  audience: "for whom they are: {policy list --state current}; {policy list --state staged}",
  quota: "what waits: {policy list --state proposed}; {policy list --state approved}",
};

/** The same where there is no policy yet that it could be about. */
export const PROPOSAL_HINTS: RefusalHints = {
  ...POLICY_HINTS,
  state: "there is none to end for just these; which there are: {policy list --state current}",
};
