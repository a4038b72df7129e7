import * as z from "zod";
import { ScopeSchema } from "./scope.ts";

const Seconds = z.int().min(0).max(0xffffffff);
const Id = z.string().min(1).max(128);

/** Free text as it is kept: the audit log has the commitment alone, and forgets the text when this does. */
export const KeptTextSchema = z.strictObject({ commitment: z.string(), salt: z.string(), text: z.string() });

/** Services that one request may be about. */
export const AUDIENCES_MAX = 1_024;

/** Teams that own the services of one request, rules that they come under, and thresholds of those. */
export const OWNERS_MAX = 64;
export const RULES_MAX = 64;
export const THRESHOLDS_MAX = 16;

/** A service in an environment. */
export const AudienceSchema = z.strictObject({
  service: z.string().min(1).max(256),
  environment: z.string().min(1).max(256),
});

/** Who asked: the principal that called, and the people behind it. */
export const AskedBySchema = z.strictObject({
  principal: Id,
  acting_for: Id.optional(),
  people: z.array(Id).max(64),
  teams: z.array(Id).max(64),
});

const DecisionSchema = z.strictObject({
  verdict: z.enum(["approve", "deny"]),
  reviewer: Id.meta({ description: "The principal that decided; the rule's name where a rule did." }),
  people: z.array(Id).max(64),
  /** Which of the request's thresholds it counts for, by index: as it was when it was made. */
  counts_for: z.array(z.int()).max(16),
  comment: KeptTextSchema.optional(),
  at: Seconds,
});

/** How many must agree. Frozen into a request when it is made, so that an edited rule changes nothing that is under way. */
export const ThresholdSchema = z.strictObject({
  approve: z.int().min(1).max(16).meta({ description: "So many approvals are needed." }),
  deny: z.int().min(1).max(16).default(1).meta({ description: "So many denials end it." }),
  filter: z.string().min(1).max(1_024).optional().meta({
    description: "A CEL expression over `reviewer` and `request`: whose decisions count.",
  }),
});

export const REQUEST_STATES = ["pending", "approved", "denied", "cancelled", "timed_out"] as const;

/** A request for access, and what became of it. Times are seconds since 1970. */
export const AccessRequestSchema = z.strictObject({
  id: z.string().regex(/^req-[0-9a-f]{16}$/),
  tenant: Id,
  asked_by: AskedBySchema,
  /** Teams that own the services that it is about. */
  owners: z.array(Id).max(OWNERS_MAX),
  reason: KeptTextSchema,
  ticket: z.string().max(128).optional(),
  scope: ScopeSchema,
  /** How long the grant lasts: what was asked for, or the least of what rules and roles allow. */
  duration_s: z.int().min(1),
  asked_duration_s: z.int().min(1),
  starts_at: Seconds.optional(),
  /** The grant that it prolongs: a new one begins where that one ends. */
  extends: Id.optional(),
  break_glass: z.boolean(),
  /** The enrolled services that the scope's patterns name now. A service that is enrolled later is not among them. */
  audiences: z.array(AudienceSchema).min(1).max(AUDIENCES_MAX),
  /** The rules that say who decides: one for each of the services, most of the time the same. */
  rules: z.array(Id).max(RULES_MAX),
  thresholds: z.array(ThresholdSchema).max(THRESHOLDS_MAX),
  decisions: z.array(DecisionSchema).max(64),
  created_at: Seconds,
  times_out_at: Seconds,
  state: z.enum(REQUEST_STATES),
  ended_at: Seconds.optional(),
  grant: Id.optional(),
});

export type Audience = z.output<typeof AudienceSchema>;
export type KeptText = z.output<typeof KeptTextSchema>;
export type AskedBy = z.output<typeof AskedBySchema>;
export type Decision = z.output<typeof DecisionSchema>;
export type Threshold = z.output<typeof ThresholdSchema>;
export type AccessRequest = z.output<typeof AccessRequestSchema>;
