import type { AccessGrant } from "../requests/access-grant.ts";
import type { AccessRequest } from "../requests/access-request.ts";
import type { Notification, NotificationEvent } from "../store/notification.ts";

/** What is told of: as it is when it is sent. */
export interface Told {
  readonly notification: Notification;
  readonly request: AccessRequest;
  readonly grant: AccessGrant | undefined;
}

const TITLES: Readonly<Record<NotificationEvent, string>> = {
  "request.created": "asks for access",
  "request.approved": "was given access",
  "request.denied": "was denied access",
  "request.cancelled": "took a request for access back",
  "request.timed_out": "got no decision in time",
  "break_glass.taken": "BREAK-GLASS: took access without asking",
  "break_glass.escalated": "BREAK-GLASS: still not reviewed",
  "grant.revoked": "lost access: it was revoked",
};

/** Services that a message lists. */
const LISTED_MAX = 5;

/** A body of Standard Webhooks. Reasons stay where they are: they may hold what concerns people. */
export function webhookBody({ notification, request, grant }: Told): string {
  const { id, state, asked_by, scope, audiences, duration_s, ticket, break_glass, times_out_at } = request;
  return JSON.stringify({
    type: notification.event,
    timestamp: new Date(notification.created_at * 1000).toISOString(),
    data: {
      request: {
        id,
        tenant: request.tenant,
        state,
        requester: asked_by.principal,
        ...(asked_by.acting_for !== undefined && { acting_for: asked_by.acting_for }),
        capability: scope.capability,
        audiences: audiences.slice(0, LISTED_MAX),
        audiences_total: audiences.length,
        duration_s,
        ...(ticket !== undefined && { ticket }),
        break_glass,
        times_out_at,
      },
      ...(grant !== undefined && {
        grant: { id: grant.id, state: grant.state, expires_at: grant.expires_at },
      }),
    },
  });
}

/** A message for Slack's incoming webhooks. */
export function slackBody({ notification, request, grant }: Told): string {
  const { id, asked_by, scope, audiences, duration_s, ticket } = request;
  const who =
    asked_by.acting_for === undefined
      ? asked_by.principal
      : `${asked_by.principal} for ${asked_by.acting_for}`;
  const listed = audiences
    .slice(0, LISTED_MAX)
    .map(({ service, environment }) => `${service} in ${environment}`);
  const services = audiences.length > LISTED_MAX ? [...listed, "…"] : listed;
  const title = `${who} ${TITLES[notification.event]}`;
  const facts = [
    `*${scope.capability}* of ${services.map(code).join(", ")}`,
    `for ${Math.ceil(duration_s / 60)} min`,
    ...(ticket === undefined ? [] : [`ticket ${code(ticket)}`]),
    ...(grant === undefined ? [] : [`grant ${code(grant.id)}`]),
  ].join(" · ");
  const next =
    notification.event === "request.created"
      ? [`\`scrim access show ${id}\` · \`scrim access approve ${id}\``]
      : [];
  const text = (mrkdwn: string) => ({ type: "section", text: { type: "mrkdwn", text: mrkdwn } });
  return JSON.stringify({
    text: escaped(title),
    blocks: [`*${escaped(title)}*`, facts, ...next].map(text),
  });
}

function code(name: string): string {
  return `\`${escaped(name)}\``;
}

/** Slack's own three characters, and the ones that would end a piece of code or a line. */
function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[`*_~\p{Cc}\p{Zl}\p{Zp}]/gu, " ");
}
