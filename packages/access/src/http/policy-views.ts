import { PolicyDocumentsSchema, PolicyIdSchema } from "@scrim/grants";
import * as z from "zod";
import { type PolicyProcess, PolicyProcessSchema } from "../policies/policy-process.ts";
import {
  POLICY_STATES,
  PolicyAudienceSchema,
  PolicyDifferenceSchema,
  type PolicyVersion,
} from "../policies/policy-version.ts";
import { AskedBySchema } from "../requests/access-request.ts";

const Seconds = z.int().min(0);

const summary = {
  id: PolicyIdSchema,
  tenant: z.string(),
  revision: z.int().meta({ description: "Counts the tenant's policies." }),
  state: z.enum(POLICY_STATES),
  share: z.int().meta({ description: "Percent of the processes that are to run it." }),
  audience: PolicyAudienceSchema,
  digest: z.string(),
  replaces: PolicyIdSchema.optional().meta({ description: "The policy that it was compared with." }),
  weakens: z.boolean().meta({ description: "Whether it lets more leave than that one, or may." }),
  differences_count: Seconds,
  proposed_by: AskedBySchema,
  reason: z.string(),
  decisions: z.array(
    z.strictObject({
      verdict: z.enum(["approve", "deny"]),
      reviewer: z.string(),
      comment: z.string().optional(),
      at: Seconds,
    }),
  ),
  created_at: Seconds,
  changed_at: Seconds,
};

/** A redaction policy as lists have it. */
export const PolicySummary = z
  .strictObject(summary)
  .meta({ id: "PolicySummary", description: "A redaction policy. Times are seconds since 1970." });

/** A redaction policy as who may read it sees it. */
export const PolicyView = z
  .strictObject({
    ...summary,
    documents: PolicyDocumentsSchema,
    differences: z.array(PolicyDifferenceSchema).meta({
      description: "What changes where it takes the place of the one it was compared with: the first 500.",
    }),
  })
  .meta({
    id: "Policy",
    description: "A redaction policy with its documents. Times are seconds since 1970.",
  });

/** A process, and which policy it last said that it runs. */
export const PolicyProcessView = PolicyProcessSchema.omit({ id: true, tenant: true });

export function policySummary(policy: PolicyVersion): z.output<typeof PolicySummary> {
  const { documents, differences, reason, decisions, ...rest } = policy;
  return {
    ...rest,
    reason: reason.text,
    decisions: decisions.map(({ verdict, reviewer, comment, at }) => ({
      verdict,
      reviewer,
      ...(comment !== undefined && { comment: comment.text }),
      at,
    })),
  };
}

export function policyView(policy: PolicyVersion): z.output<typeof PolicyView> {
  return { ...policySummary(policy), documents: policy.documents, differences: policy.differences };
}

export function processView({ id, tenant, ...process }: PolicyProcess) {
  return process;
}
