import type { ActInProgress } from "../acts/act-in-progress.ts";
import { Refusal } from "../http/refusal.ts";
import { allow, isOwn } from "../requests/allow.ts";
import { keptText } from "../requests/create-request.ts";
import type { DecisionInput } from "../requests/request-input.ts";
import { policiesOf, policyResource } from "./policies-of.ts";
import type { PolicyControl } from "./policy-control.ts";
import { decidedPolicy } from "./policy-machine.ts";
import type { PolicyDecision, PolicyVersion } from "./policy-version.ts";
import { isOutdated, policyOf } from "./propose-policy.ts";

/**
 * Approves a policy, or denies it: somebody else than who proposed it. The same decision again changes nothing.
 *
 * @throws {Refusal} `unknown`, `forbidden`, `own_request`, `state`; `outdated` where another policy is current than it was compared with
 */
export async function decidePolicy(
  control: PolicyControl,
  act: ActInProgress,
  id: string,
  verdict: PolicyDecision["verdict"],
  { comment }: DecisionInput,
): Promise<PolicyVersion> {
  const policy = await policyOf(control, act, id);
  const resource = policyResource(policy);
  const policies = allow(control, act, verdict === "approve" ? "policy.approve" : "policy.deny", resource);
  const by = act.by!;
  if (isOwn(by.people, resource)) throw new Refusal("own_request");
  if (by.kind !== "person") throw new Refusal("forbidden");
  if (policy.decisions.some((each) => each.reviewer === by.id && each.verdict === verdict)) return policy;
  if (policy.state !== "proposed") throw new Refusal("state");
  if (verdict === "approve" && isOutdated(await policiesOf(act.transaction, policy.tenant), policy))
    throw new Refusal("outdated");
  const kept = comment === undefined ? undefined : keptText(comment);
  const next = decidedPolicy(policy, {
    verdict,
    reviewer: by.id,
    people: [...by.people],
    ...(kept !== undefined && { comment: kept }),
    at: act.nowS,
  });
  act.audit({
    kind: "policy",
    action: verdict,
    ids: { policy: id, digest: policy.digest },
    policies: [...policies],
    facts: { revision: policy.revision, weakens: policy.weakens },
    ...(kept !== undefined && { texts: { comment: kept.commitment } }),
  });
  act.answerWith(id);
  await act.transaction.put("policy", next);
  return next;
}
