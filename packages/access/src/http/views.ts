import * as z from "zod";
import type { Principal } from "../directory/principal.ts";
import type { AccessGrant } from "../requests/access-grant.ts";
import { GRANT_STATES, ReviewSchema } from "../requests/access-grant.ts";
import {
  type AccessRequest,
  AskedBySchema,
  AudienceSchema,
  REQUEST_STATES,
  ThresholdSchema,
} from "../requests/access-request.ts";
import { grantAt } from "../requests/grant-machine.ts";
import { requestAt } from "../requests/request-machine.ts";
import { ScopeSchema } from "../requests/scope.ts";

const Seconds = z.int().min(0);

/** A request as who may read it sees it. */
export const RequestView = z
  .strictObject({
    id: z.string(),
    tenant: z.string(),
    state: z.enum(REQUEST_STATES),
    asked_by: AskedBySchema,
    owners: z.array(z.string()).meta({ description: "Teams that own the services." }),
    reason: z.string(),
    ticket: z.string().optional(),
    scope: ScopeSchema,
    audiences: z.array(AudienceSchema).meta({ description: "The services that the patterns name." }),
    duration_s: Seconds.meta({ description: "How long the grant lasts." }),
    asked_duration_s: Seconds.meta({ description: "How long was asked for." }),
    starts_at: Seconds.optional(),
    extends: z.string().optional(),
    break_glass: z.boolean(),
    rules: z.array(z.string()),
    thresholds: z.array(ThresholdSchema),
    decisions: z.array(
      z.strictObject({
        verdict: z.enum(["approve", "deny"]),
        reviewer: z.string(),
        counts_for: z
          .array(Seconds)
          .meta({ description: "Which of the thresholds it counts for, by index." }),
        comment: z.string().optional(),
        at: Seconds,
      }),
    ),
    created_at: Seconds,
    times_out_at: Seconds,
    ended_at: Seconds.optional(),
    grant: z.string().optional(),
  })
  .meta({ id: "Request", description: "A request. Times are seconds since 1970." });

/** A grant as who may read it sees it. */
export const GrantView = z
  .strictObject({
    id: z.string(),
    tenant: z.string(),
    request: z.string(),
    state: z.enum(GRANT_STATES),
    holder: AskedBySchema,
    owners: z.array(z.string()),
    scope: ScopeSchema,
    audiences: z.array(AudienceSchema),
    not_before: Seconds,
    expires_at: Seconds,
    ended_at: Seconds.optional(),
    review: ReviewSchema.optional(),
    traces: z
      .strictObject({ leased: Seconds, used: Seconds })
      .optional()
      .meta({ description: "Traces that processes have leased, and captured." }),
  })
  .meta({ id: "Grant", description: "What somebody may do for a while. Times are seconds since 1970." });

export const PrincipalView = z
  .strictObject({
    kind: z.enum(["person", "machine", "workload"]),
    id: z.string(),
    tenant: z.string(),
    acting_for: z.string().optional(),
    people: z.array(z.string()),
    roles: z.array(z.string()),
    teams: z.array(z.string()),
    on_call: z.array(z.string()),
  })
  .meta({ id: "Principal", description: "Who calls." });

export function requestView(stored: AccessRequest, nowS: number): z.output<typeof RequestView> {
  const request = requestAt(stored, nowS);
  return {
    ...request,
    reason: request.reason.text,
    decisions: request.decisions.map(({ verdict, reviewer, counts_for, comment, at }) => ({
      verdict,
      reviewer,
      counts_for,
      ...(comment !== undefined && { comment: comment.text }),
      at,
    })),
  };
}

export function grantView(
  stored: AccessGrant,
  account: { readonly leased: number; readonly used: number } | undefined,
  nowS: number,
): z.output<typeof GrantView> {
  const grant = grantAt(stored, nowS);
  return {
    ...grant,
    ...(account !== undefined && { traces: { leased: account.leased, used: account.used } }),
  };
}

export function principalView(principal: Principal): z.output<typeof PrincipalView> {
  const { kind, id, tenant, actingFor, people, roles, teams, onCall } = principal;
  return {
    kind,
    id,
    tenant,
    ...(actingFor !== undefined && { acting_for: actingFor }),
    people: [...people],
    roles: [...roles],
    teams: [...teams],
    on_call: [...onCall],
  };
}
