import { PolicyDocumentsSchema } from "@scrim/grants";
import * as z from "zod";
import { LineSchema } from "../requests/request-input.ts";
import { PolicyAudienceSchema } from "./policy-version.ts";

export const PolicyInputSchema = z
  .strictObject({
    audience: PolicyAudienceSchema.meta({
      description:
        "Whom it is for: exactly that of the policy whose place it takes, and otherwise no service that another is for.",
    }),
    documents: PolicyDocumentsSchema.meta({
      description:
        "Policy documents, base first. None takes the central policy away: processes have their local ones then.",
    }),
    reason: LineSchema.meta({
      description: "Why. Approvers read it; the audit log has a commitment to it alone.",
    }),
  })
  .meta({ id: "PolicyInput", description: "A policy that is proposed." });

export const StageInputSchema = z
  .strictObject({
    share: z.int().min(0).max(100).meta({
      description: "Percent of the processes. 0 takes it back from all, 100 makes it the current one.",
    }),
  })
  .meta({ id: "StageInput", description: "How many processes run a policy." });

export type PolicyInput = z.output<typeof PolicyInputSchema>;
