import { createGrantId } from "@scrim/grants";
import type { ActInProgress } from "../acts/act-in-progress.ts";
import { entryNames } from "../acts/entry-names.ts";
import type { AccessGrant, Review } from "./access-grant.ts";
import type { AccessRequest } from "./access-request.ts";
import type { Control } from "./control.ts";
import { grantAt, isOpen } from "./grant-machine.ts";
import { checkQuotas } from "./quotas.ts";

/**
 * Makes the grant of a request that was approved, within the act that approved it.
 *
 * @throws {Refusal} `quota`
 */
export async function makeGrant(
  control: Control,
  act: ActInProgress,
  approved: AccessRequest,
  review?: Review,
): Promise<{ readonly request: AccessRequest; readonly grant: AccessGrant }> {
  const { transaction, nowS } = act;
  const { tenant, asked_by: holder, owners, scope, audiences, duration_s } = approved;
  const notBefore = Math.max(nowS, await startOf(act, approved));
  const wanted = { requests: 0, grants: 1, grantS: duration_s };
  await checkQuotas(transaction, control.rules.config.quotas, tenant, holder, wanted, nowS);
  const grant: AccessGrant = {
    id: createGrantId(),
    tenant,
    request: approved.id,
    holder,
    owners,
    scope,
    audiences,
    not_before: notBefore,
    expires_at: notBefore + duration_s,
    state: notBefore > nowS ? "scheduled" : "active",
    ...(review !== undefined && { review }),
  };
  const request = { ...approved, grant: grant.id };
  await transaction.put("grant", grant);
  await transaction.put("request", request);
  act.auditAlone({
    kind: "grant",
    action: grant.state === "scheduled" ? "schedule" : "activate",
    ids: { request: request.id, grant: grant.id },
    facts: {
      capability: scope.capability,
      services: entryNames([...new Set(audiences.map(({ service }) => service))]),
      not_before: grant.not_before,
      expires_at: grant.expires_at,
      break_glass: review !== undefined,
    },
  });
  return { request, grant };
}

/** When it begins: as asked for; behind the grant that it prolongs, where that still holds. */
async function startOf({ transaction, nowS }: ActInProgress, request: AccessRequest): Promise<number> {
  if (request.extends === undefined) return request.starts_at ?? nowS;
  const before = await transaction.get("grant", request.extends);
  return before !== undefined && isOpen(grantAt(before, nowS)) ? before.expires_at : nowS;
}
