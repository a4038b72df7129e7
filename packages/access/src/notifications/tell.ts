import { randomBytes } from "node:crypto";
import type { Control } from "../requests/control.ts";
import type { NotificationTarget } from "./notification-config.ts";

/** Keeps what somebody should hear of, with what has happened: it is sent once that is kept. */
export function tellTargets(targets: readonly NotificationTarget[]): Control["tell"] {
  return async ({ transaction, nowS }, event, { request, grant }) => {
    for (const { name, events, tenants } of targets) {
      if (!events.includes(event) || !(tenants?.includes(request.tenant) ?? true)) continue;
      await transaction.put("notification", {
        id: `ntf-${randomBytes(16).toString("hex")}`,
        tenant: request.tenant,
        event,
        request: request.id,
        ...(grant !== undefined && { grant: grant.id }),
        to: name,
        created_at: nowS,
        due_at: nowS,
        attempts: 0,
      });
    }
  };
}
