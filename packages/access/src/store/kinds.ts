import type * as z from "zod";
import { PolicyProcessSchema, PROCESS_GONE_S } from "../policies/policy-process.ts";
import { PolicyVersionSchema } from "../policies/policy-version.ts";
import { AccessGrantSchema } from "../requests/access-grant.ts";
import { AccessRequestSchema } from "../requests/access-request.ts";
import { ActSchema } from "./act.ts";
import { EnrolledServiceSchema } from "./enrolled-service.ts";
import { LogPositionSchema } from "./log-position.ts";
import { NotificationSchema } from "./notification.ts";
import { TraceAccountSchema } from "./trace-account.ts";

/** What a document is found by, beside its kind and id. Times are seconds since 1970. */
export interface Columns {
  readonly tenant?: string;
  readonly state?: string;
  readonly people?: readonly string[];
  /** When the clock must change it, or may remove it. */
  readonly dueAt?: number | undefined;
  readonly createdAt?: number;
}

/** How long acts are kept, for a request key to mean the same request, and counts behind their grant. */
const KEPT_S = 24 * 60 * 60;

function kind<S extends z.ZodType<{ readonly id: string }>>(
  schema: S,
  columns: (document: z.output<S>) => Columns,
) {
  return { schema, columns };
}

/**
 * What is kept, by kind: how it is checked when it is read, and what it is found by. A new kind is a row here. A released schema grows by optional
 * keys alone, and columns stay what they are: anything else needs a migration of what is kept, in each store.
 */
export const KINDS = {
  request: kind(AccessRequestSchema, ({ tenant, state, asked_by, times_out_at, created_at }) => ({
    tenant,
    state,
    people: asked_by.people,
    dueAt: state === "pending" ? times_out_at : undefined,
    createdAt: created_at,
  })),
  grant: kind(AccessGrantSchema, ({ tenant, state, holder, not_before, expires_at, review }) => ({
    tenant,
    state,
    people: holder.people,
    dueAt: earliest(
      state === "scheduled" && not_before,
      state === "active" && expires_at,
      review?.state === "due" && review.due_at,
    ),
    createdAt: not_before,
  })),
  service: kind(EnrolledServiceSchema, ({ tenant }) => ({ tenant })),
  account: kind(TraceAccountSchema, ({ tenant, expires_at }) => ({ tenant, dueAt: expires_at + KEPT_S })),
  policy: kind(PolicyVersionSchema, ({ tenant, state, proposed_by, created_at }) => ({
    tenant,
    state,
    people: proposed_by.people,
    createdAt: created_at,
  })),
  process: kind(PolicyProcessSchema, ({ tenant, seen_at }) => ({ tenant, dueAt: seen_at + PROCESS_GONE_S })),
  act: kind(ActSchema, ({ at }) => ({ dueAt: at + KEPT_S, createdAt: at })),
  log: kind(LogPositionSchema, () => ({})),
  notification: kind(NotificationSchema, ({ tenant, due_at, created_at }) => ({
    tenant,
    dueAt: due_at,
    createdAt: created_at,
  })),
};

export type Kind = keyof typeof KINDS;
export type Documents = { readonly [K in Kind]: z.output<(typeof KINDS)[K]["schema"]> };

/** The smallest of the times that matter. */
function earliest(...times: readonly (number | false | undefined)[]): number | undefined {
  const known = times.filter((time) => typeof time === "number");
  return known.length === 0 ? undefined : Math.min(...known);
}
