import type { ActInProgress } from "../acts/act-in-progress.ts";
import type { Principal } from "../directory/principal.ts";
import { Refusal } from "../http/refusal.ts";
import type { AccessRequest, Decision } from "./access-request.ts";
import { allow, isOwn } from "./allow.ts";
import type { Control } from "./control.ts";
import { keptText } from "./create-request.ts";
import { makeGrant } from "./make-grant.ts";
import type { DecisionInput } from "./request-input.ts";
import { cancelled, decided, requestAt } from "./request-machine.ts";
import { requestResource } from "./resource-of.ts";
import { requestFacts } from "./targets.ts";

/**
 * Approves or denies. The same decision again changes nothing.
 *
 * @throws {Refusal} `unknown`, `forbidden`, `own_request`, `state`, `quota`
 */
export async function decide(
  control: Control,
  act: ActInProgress,
  id: string,
  verdict: Decision["verdict"],
  { comment }: DecisionInput,
): Promise<AccessRequest> {
  const request = await requestOf(act, id);
  const resource = requestResource(request);
  const policies = allow(control, act, verdict === "approve" ? "request.approve" : "request.deny", resource);
  const by = act.by!;
  if (isOwn(by.people, resource)) throw new Refusal("own_request");
  if (by.kind !== "person") throw new Refusal("forbidden");
  act.answerWith(id);
  const before = request.decisions.findLast(({ reviewer }) => reviewer === by.id);
  if (before?.verdict === verdict) return request;
  if (request.state !== "pending" || before?.verdict === "deny") throw new Refusal("state");
  const counts = countsFor(control, request, by);
  if (counts.length === 0) throw new Refusal("forbidden");
  const kept = comment === undefined ? undefined : keptText(comment);
  const next = decided(request, {
    verdict,
    reviewer: by.id,
    people: [...by.people],
    counts_for: [...counts],
    at: act.nowS,
    ...(kept !== undefined && { comment: kept }),
  });
  act.audit({
    kind: "decision",
    action: verdict,
    ids: { request: id },
    policies: [...policies],
    facts: { state: next.state },
    ...(kept !== undefined && { texts: { comment: kept.commitment } }),
  });
  if (next.state === "approved") {
    const granted = await makeGrant(control, act, next);
    await control.tell(act, "request.approved", granted);
    return granted.request;
  }
  await act.transaction.put("request", next);
  if (next.state === "denied") await control.tell(act, "request.denied", { request: next });
  return next;
}

/**
 * Takes a request back.
 *
 * @throws {Refusal} `unknown`, `forbidden`, `state`
 */
export async function cancelRequest(
  control: Control,
  act: ActInProgress,
  id: string,
): Promise<AccessRequest> {
  const request = await requestOf(act, id);
  const policies = allow(control, act, "request.cancel", requestResource(request));
  act.answerWith(id);
  if (request.state === "cancelled") return request;
  if (request.state !== "pending") throw new Refusal("state");
  const next = cancelled(request, act.nowS);
  act.audit({ kind: "request", action: "cancel", ids: { request: id }, policies: [...policies] });
  await act.transaction.put("request", next);
  await control.tell(act, "request.cancelled", { request: next });
  return next;
}

/** @throws {Refusal} `unknown` */
async function requestOf({ transaction, nowS }: ActInProgress, id: string): Promise<AccessRequest> {
  const request = await transaction.get("request", id);
  if (request === undefined) throw new Refusal("unknown");
  return requestAt(request, nowS);
}

/** Which thresholds a reviewer counts for: those whose filter holds. */
function countsFor({ rules }: Control, request: AccessRequest, by: Principal): readonly number[] {
  const { scope, duration_s, owners, thresholds } = request;
  return rules.countsFor(thresholds, {
    request: requestFacts(scope, duration_s, owners),
    reviewer: { roles: by.roles, teams: by.teams, on_call: by.onCall },
  });
}
