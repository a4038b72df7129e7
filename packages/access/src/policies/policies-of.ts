import type { Resource } from "../authorization/resource.ts";
import { findAll } from "../store/find-all.ts";
import type { ReadTransaction } from "../store/store.ts";
import { isSameAudience } from "./policy-audience.ts";
import type { PolicyAudience, PolicyVersion } from "./policy-version.ts";

/** What policies of the control plane are told of a redaction policy. */
export function policyResource({
  id,
  tenant,
  proposed_by,
}: Pick<PolicyVersion, "id" | "tenant" | "proposed_by">): Resource {
  return { type: "Policy", id, tenant, people: proposed_by.people };
}

/** All policies of a tenant, the ones that have ended too. */
export async function policiesOf(
  transaction: ReadTransaction,
  tenant: string,
): Promise<readonly PolicyVersion[]> {
  return await findAll(transaction, "policy", { tenant });
}

/** The policy that all processes of an audience have but those of a share. */
export function currentOf(
  policies: readonly PolicyVersion[],
  audience: PolicyAudience,
): PolicyVersion | undefined {
  return policies.find((policy) => policy.state === "current" && isSameAudience(policy.audience, audience));
}

/** Whether a policy is for processes, or may come to be. One that takes away is for none. */
export function isInUse({ state, documents }: PolicyVersion): boolean {
  return (state === "current" || state === "staged") && documents.length > 0;
}
