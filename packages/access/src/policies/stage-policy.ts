import type { ActInProgress } from "../acts/act-in-progress.ts";
import { Refusal } from "../http/refusal.ts";
import { allow } from "../requests/allow.ts";
import { policiesOf, policyResource } from "./policies-of.ts";
import { isSameAudience } from "./policy-audience.ts";
import type { PolicyControl } from "./policy-control.ts";
import { isOpenPolicy, isStageable, stagedPolicy, supersededPolicy } from "./policy-machine.ts";
import type { PolicyVersion } from "./policy-version.ts";
import { checkAudience, isOutdated, policyOf } from "./propose-policy.ts";

/**
 * Puts an approved policy on a share of the processes. On all of them it is the current one, in the place of the one before; what was compared with that one
 * has to be proposed again.
 *
 * @throws {Refusal} `unknown`, `forbidden`, `not_stageable` where it isn't approved or another is being staged; `outdated`, `audience`
 */
export async function stagePolicy(
  control: PolicyControl,
  act: ActInProgress,
  id: string,
  share: number,
): Promise<PolicyVersion> {
  const policy = await policyOf(control, act, id);
  const policies = allow(control, act, "policy.propose", policyResource(policy));
  if (policy.share === share && policy.state !== "approved") return policy;
  if (!isStageable(policy) || (isForAllOrNone(policy) && share > 0 && share < 100))
    throw new Refusal("not_stageable");
  const all = await policiesOf(act.transaction, policy.tenant);
  if (isOutdated(all, policy)) throw new Refusal("outdated");
  checkAudience(all, policy.audience);
  const others = all.filter((each) => each.id !== id && isSameAudience(each.audience, policy.audience));
  if (others.some(({ state }) => state === "staged")) throw new Refusal("not_stageable");
  const next = stagedPolicy(policy, share, act.nowS);
  act.audit({
    kind: "policy",
    action: next.state === "current" ? "publish" : "stage",
    ids: { policy: id, digest: policy.digest, ...(policy.replaces && { replaces: policy.replaces }) },
    policies: [...policies],
    facts: { revision: policy.revision, share },
  });
  act.answerWith(id);
  await act.transaction.put("policy", next);
  if (next.state !== "current") return next;
  for (const other of others.filter(isOpenPolicy)) {
    await act.transaction.put("policy", supersededPolicy(other, act.nowS));
    act.auditAlone({ kind: "policy", action: "supersede", ids: { policy: other.id, by: id } });
  }
  return next;
}

/** One that takes the central policy away says nothing that a share could try. */
function isForAllOrNone({ documents }: PolicyVersion): boolean {
  return documents.length === 0;
}
