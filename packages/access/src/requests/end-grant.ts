import type { ActInProgress } from "../acts/act-in-progress.ts";
import { Refusal } from "../http/refusal.ts";
import type { AccessGrant } from "./access-grant.ts";
import { allow, isOwn } from "./allow.ts";
import type { Control } from "./control.ts";
import { keptText } from "./create-request.ts";
import { grantAt, isOpen, reviewed, revoked } from "./grant-machine.ts";
import type { DecisionInput } from "./request-input.ts";
import { grantResource } from "./resource-of.ts";

/**
 * Ends a grant before its time.
 *
 * @throws {Refusal} `unknown`, `forbidden`, `state`
 */
export async function revokeGrant(
  control: Control,
  act: ActInProgress,
  id: string,
  { comment }: DecisionInput,
): Promise<AccessGrant> {
  const grant = await grantOf(act, id);
  const policies = allow(control, act, "grant.revoke", grantResource(grant));
  act.answerWith(id);
  if (grant.state === "revoked") return grant;
  if (!isOpen(grant)) throw new Refusal("state");
  const next = revoked(grant, act.nowS);
  auditEnd(act, "revoke", id, policies, comment);
  await act.transaction.put("grant", next);
  const request = await act.transaction.get("request", grant.request);
  if (request !== undefined) await control.tell(act, "grant.revoked", { request, grant: next });
  return next;
}

/**
 * Says that somebody else has looked at what was taken without asking.
 *
 * @throws {Refusal} `unknown`, `forbidden`, `own_request`, `state`
 */
export async function reviewGrant(
  control: Control,
  act: ActInProgress,
  id: string,
  { comment }: DecisionInput,
): Promise<AccessGrant> {
  const grant = await grantOf(act, id);
  const resource = grantResource(grant);
  const policies = allow(control, act, "break_glass.review", resource);
  const by = act.by!;
  if (isOwn(by.people, resource)) throw new Refusal("own_request");
  if (by.kind !== "person") throw new Refusal("forbidden");
  if (grant.review === undefined) throw new Refusal("state");
  act.answerWith(id);
  if (grant.review.state === "reviewed") {
    if (grant.review.reviewer === by.id) return grant;
    throw new Refusal("state");
  }
  const next = reviewed(grant, by.id, act.nowS);
  auditEnd(act, "review", id, policies, comment);
  await act.transaction.put("grant", next);
  return next;
}

function auditEnd(
  act: ActInProgress,
  action: string,
  grant: string,
  policies: readonly string[],
  comment: string | undefined,
): void {
  act.audit({
    kind: action === "review" ? "decision" : "grant",
    action,
    ids: { grant },
    policies: [...policies],
    ...(comment !== undefined && { texts: { comment: keptText(comment).commitment } }),
  });
}

/** @throws {Refusal} `unknown` */
async function grantOf({ transaction, nowS }: ActInProgress, id: string): Promise<AccessGrant> {
  const grant = await transaction.get("grant", id);
  if (grant === undefined) throw new Refusal("unknown");
  return grantAt(grant, nowS);
}
