import { type Key, REVEAL_GRANTS_MAX, type RevealGrant, signRevealBundle } from "@scrim/grants";
import type { AccessGrant } from "../requests/access-grant.ts";
import type { DocumentDraft } from "./document-issuer.ts";

/** As long as a service may go on without news. */
const LIFE_S = 60;

/** The service name that a reveal service's workload has in the directory; its environment there is the name of the reveal service. */
export const REVEAL_SERVICE = "scrim-reveal";

/** The bundle of a reveal service: all reveals of its tenant that are open. */
export function revealBundleDraft(
  audience: string,
  tenant: string,
  open: readonly AccessGrant[],
  signing: Key,
): DocumentDraft {
  const grants = open
    .filter((grant) => grant.tenant === tenant)
    .flatMap((grant) => revealOf(grant) ?? [])
    .slice(0, REVEAL_GRANTS_MAX);
  return {
    content: JSON.stringify([signing.id, audience, tenant, grants]),
    sign: (version, issuedAt) =>
      Buffer.from(
        signRevealBundle({ audience, version, issuedAt, expiresAt: issuedAt + LIFE_S, grants }, signing),
      ),
  };
}

/** What a reveal service is told of a grant; undefined where it is none to reveal. Services are named, not matched: none that is enrolled later is among them. */
function revealOf({
  id,
  tenant,
  holder,
  scope,
  audiences,
  not_before,
  expires_at,
}: AccessGrant): RevealGrant | undefined {
  if (scope.capability !== "reveal") return undefined;
  const { classes, trace_ids, sealed_from, sealed_until, values_max } = scope;
  return {
    id,
    tenant,
    holder: { principal: holder.principal, people: holder.people },
    services: [...new Set(audiences.map(({ service }) => service))],
    classes,
    ...(trace_ids !== undefined && { trace_ids }),
    sealed_from,
    sealed_until,
    values_max,
    not_before,
    expires_at,
  };
}
