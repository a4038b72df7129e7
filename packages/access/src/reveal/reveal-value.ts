import { type AuditLog, receiptProof } from "@scrim/audit";
import type { HeldGrant, RevealSet } from "@scrim/grants";
import type { Opened } from "@scrim/seal";
import type { Principal } from "../directory/principal.ts";
import type { RevealCounts } from "./reveal-counts.ts";
import type { RevealEntries } from "./reveal-entry.ts";
import type { RevealKeys } from "./reveal-keys.ts";
import { outOfScope, type RefusalReason } from "./reveal-scope.ts";

/** A token, and the grant that is to open it: any that its caller holds unless told. */
export interface Asked {
  readonly token: string;
  readonly grant?: string | undefined;
}

/** An opened value, once its entry is in the log. */
export interface Revealed extends Opened {
  readonly grant: string;
  /** Of the entry in the audit log. */
  readonly entry: number;
  /** That it is there: a `.tlog-proof` file. */
  readonly proof: string;
}

export interface RevealParts {
  readonly keys: RevealKeys;
  readonly reveals: RevealSet;
  readonly counts: RevealCounts;
  readonly log: Pick<AuditLog, "append">;
  readonly entries: RevealEntries;
}

/**
 * Opens one value for who holds a grant for it. Nothing is opened before its entry is in the log; undefined, and an entry that says so, where it
 * is not. What is refused has the same done for it whatever the reason.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where the entry can't be written: then nothing is known of the token to whoever asked
 */
export async function revealValue(
  parts: RevealParts,
  principal: Principal,
  { token, grant: grantId }: Asked,
): Promise<Revealed | undefined> {
  const { keys, log, entries } = parts;
  const opened = await keys.open(token);
  const chosen = chooseGrant(parts, principal, opened, grantId);
  if (typeof chosen === "string") {
    await log.append(entries.refused(principal, token, grantId, chosen));
    return undefined;
  }
  const { grant } = chosen.held;
  const receipt = await log.append(entries.opened(principal, token, grant, chosen.nth, opened!.facts));
  if (!isStillAllowed(parts, principal, opened!, grant.id)) {
    await log.append(entries.refused(principal, token, grant.id, "ended_meanwhile"));
    return undefined;
  }
  return { ...opened!, grant: grant.id, entry: receipt.index, proof: receiptProof(receipt) };
}

/** The first grant that allows it and has a value left, which is taken; or why none does. */
function chooseGrant(
  { reveals, counts }: RevealParts,
  principal: Principal,
  opened: Opened | undefined,
  grantId: string | undefined,
): { readonly held: HeldGrant; readonly nth: number } | RefusalReason {
  if (principal.kind !== "person") return "not_a_person";
  if (opened === undefined) return "not_opened";
  let reason: RefusalReason = "no_grant";
  for (const held of reveals.heldBy(principal.id)) {
    const { grant } = held;
    if (grantId !== undefined && grant.id !== grantId) continue;
    const missing = reveals.isInForce(held) ? outOfScope(grant, principal, opened.facts) : "not_in_force";
    const nth = missing === undefined ? counts.take(grant.id, grant.values_max) : undefined;
    if (nth !== undefined) return { held, nth };
    reason = missing ?? "exhausted";
  }
  return reason;
}

/** Writing takes its time, on a disk that stalls a long one: a grant that ends meanwhile opens nothing. */
function isStillAllowed(
  { reveals }: RevealParts,
  principal: Principal,
  { facts }: Opened,
  grantId: string,
): boolean {
  return reveals
    .heldBy(principal.id)
    .some(
      (held) =>
        held.grant.id === grantId &&
        reveals.isInForce(held) &&
        outOfScope(held.grant, principal, facts) === undefined,
    );
}
