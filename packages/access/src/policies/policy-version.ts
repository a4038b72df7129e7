import { PolicyDocumentsSchema, PolicyIdSchema } from "@scrim/grants";
import * as z from "zod";
import { AskedBySchema, KeptTextSchema } from "../requests/access-request.ts";

const Seconds = z.int().min(0).max(0xffffffff);
const Id = z.string().min(1).max(128);

/** Letters, digits and marks of any script; nothing that moves a cursor or ends a line. */
const Pattern = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, "no control characters");

/** Whom a policy is for. */
export const PolicyAudienceSchema = z
  .strictObject({
    services: z.array(Pattern).min(1).max(64).meta({
      description: "`service.name`, with `*` for any characters.",
    }),
    environments: z.array(Pattern).min(1).max(64).meta({
      description: "`deployment.environment.name`, with `*` for any characters.",
    }),
  })
  .meta({ id: "PolicyAudience", description: "Services and environments." });

export const PolicyDifferenceSchema = z
  .strictObject({
    path: z.string(),
    change: z.enum(["stronger", "weaker", "other"]),
    before: z.string().optional(),
    after: z.string().optional(),
  })
  .meta({
    id: "PolicyDifference",
    description: "What changes: `weaker` where more leaves, or may. Settings are as JSON.",
  });

export const POLICY_STATES = ["proposed", "approved", "rejected", "staged", "current", "superseded"] as const;

/** Differences that are kept of one policy. */
export const DIFFERENCES_MAX = 500;

const PolicyDecisionSchema = z.strictObject({
  verdict: z.enum(["approve", "deny"]),
  reviewer: Id,
  people: z.array(Id).max(64),
  comment: KeptTextSchema.optional(),
  at: Seconds,
});

/** A policy for the processes of some services, and what became of it. Times are seconds since 1970. */
export const PolicyVersionSchema = z.strictObject({
  id: PolicyIdSchema,
  tenant: Id,
  audience: PolicyAudienceSchema,
  revision: z.int().min(1),
  /** Base first; none takes the central policy away from its processes. */
  documents: PolicyDocumentsSchema,
  digest: z.string(),
  proposed_by: AskedBySchema,
  reason: KeptTextSchema,
  /** The policy that it was compared with, and whose place it may take. */
  replaces: PolicyIdSchema.optional(),
  weakens: z.boolean(),
  differences: z.array(PolicyDifferenceSchema).max(DIFFERENCES_MAX),
  differences_count: z.int().min(0),
  decisions: z.array(PolicyDecisionSchema).max(16),
  /** Percent of the processes that run it. */
  share: z.int().min(0).max(100),
  state: z.enum(POLICY_STATES),
  created_at: Seconds,
  changed_at: Seconds,
});

export type PolicyAudience = z.output<typeof PolicyAudienceSchema>;
export type PolicyVersion = z.output<typeof PolicyVersionSchema>;
export type PolicyDecision = z.output<typeof PolicyDecisionSchema>;
