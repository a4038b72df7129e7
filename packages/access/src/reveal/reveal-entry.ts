import { createHash } from "node:crypto";
import { type AuditEvent, type PseudonymKey, pseudonymOf } from "@scrim/audit";
import type { RevealGrant } from "@scrim/grants";
import type { SealedFacts } from "@scrim/seal";
import type { Principal } from "../directory/principal.ts";
import type { RefusalReason } from "./reveal-scope.ts";

export type RevealEvent = Pick<AuditEvent, "kind" | "action" | "outcome">;

export const OPENED = { kind: "reveal", action: "open", outcome: "done" } as const;
const REFUSED = { ...OPENED, outcome: "refused" } as const;

/** What may stand in an entry as it is. Anything else that an emitter has sealed may be about people. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

/** Writes entries, in which nobody has a name. */
export interface RevealEntries {
  /** That a value is opened: the `nth` of its grant. */
  opened(
    principal: Principal,
    token: string,
    grant: RevealGrant,
    nth: number,
    facts: SealedFacts,
  ): AuditEvent;
  /** Says nothing of what is in the token: whoever seals may have written anything there. */
  refused(principal: Principal, token: string, grant: string | undefined, reason: RefusalReason): AuditEvent;
}

export function revealEntries(key: PseudonymKey): RevealEntries {
  const plain = (scope: string, text: string) => (PLAIN.test(text) ? text : pseudonymOf(key, scope, text));
  const actorOf = ({ id }: Principal) => pseudonymOf(key, "principal", id);
  return {
    opened: (principal, token, grant, nth, facts) => ({
      ...OPENED,
      actor: actorOf(principal),
      ids: {
        grant: grant.id,
        token: digestOf(token),
        ...(/^[0-9a-f]{32}$/.test(facts.traceId) && { trace: facts.traceId }),
      },
      facts: {
        class: plain("class", facts.class),
        tenant: plain("tenant", facts.tenant),
        service: plain("service", facts.service),
        sealed_at: Math.trunc(facts.sealedAt),
        value: nth,
        values_max: grant.values_max,
      },
    }),
    refused: (principal, token, grant, reason) => ({
      ...REFUSED,
      actor: actorOf(principal),
      ids: { token: digestOf(token), ...(grant !== undefined && { grant }) },
      facts: { reason },
    }),
  };
}

/** Whoever has the token can find its entry; the entry alone leads to nothing. */
function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
