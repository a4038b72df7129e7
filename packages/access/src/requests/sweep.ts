import type { ActInProgress } from "../acts/act-in-progress.ts";
import type { AccessGrant } from "./access-grant.ts";
import type { Control } from "./control.ts";
import { grantAt } from "./grant-machine.ts";
import { requestAt } from "./request-machine.ts";

/** What one sweep changes at most; the rest is due still. */
const SWEPT_MAX = 200;

/**
 * Does what the clock has made due: requests time out, grants begin and end, reviews are late, and what is only kept for a while goes. Each act begins with it, so that nothing is decided on what
 * has ended.
 */
export async function sweep(control: Control, act: ActInProgress): Promise<void> {
  const due = { dueBy: act.nowS, limit: SWEPT_MAX };
  for (const request of await act.transaction.find("request", due)) {
    const next = requestAt(request, act.nowS);
    if (next === request) continue;
    await act.transaction.put("request", next);
    act.auditAlone({ kind: "request", action: "time_out", ids: { request: request.id } });
    await control.tell(act, "request.timed_out", { request: next });
  }
  for (const grant of await act.transaction.find("grant", due)) await sweepGrant(control, act, grant);
  for (const kind of ["act", "account", "process"] as const) {
    for (const { id } of await act.transaction.find(kind, due)) await act.transaction.remove(kind, id);
  }
}

async function sweepGrant(control: Control, act: ActInProgress, grant: AccessGrant): Promise<void> {
  const next = grantAt(grant, act.nowS);
  if (next === grant) return;
  await act.transaction.put("grant", next);
  const ids = { grant: grant.id, request: grant.request };
  if (next.state !== grant.state) {
    act.auditAlone({ kind: "grant", action: next.state === "active" ? "activate" : "expire", ids });
  }
  if (next.review?.state === grant.review?.state) return;
  act.auditAlone({ kind: "grant", action: "escalate", ids });
  const request = await act.transaction.get("request", grant.request);
  if (request !== undefined) await control.tell(act, "break_glass.escalated", { request, grant: next });
}
