import * as z from "zod";
import { PolicyIdSchema } from "./policy-bundle.ts";

const id = PolicyIdSchema;
const revision = z.int().min(1);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Which policy a process runs, as it says. */
export const PolicyAcknowledgementSchema = z
  .strictObject({
    service: z.string().min(1).max(256).meta({ description: "`service.name`" }),
    environment: z.string().min(1).max(256).meta({ description: "`deployment.environment.name`" }),
    instance: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, "no control characters")
      .meta({ description: "Tells processes of a service apart: `service.instance.id`." }),
    running: z.strictObject({ id, revision, digest }).optional().meta({
      description: "The central policy in force; without it the local one alone is.",
    }),
    refused: z
      .strictObject({
        id: id.optional(),
        revision: revision.optional(),
        digest: digest.optional(),
        reason: z.string().regex(/^[A-Z][A-Z_]{0,63}$/),
      })
      .optional()
      .meta({
        description:
          "What came last and is not in force, with the code of why; the policy where it is known.",
      }),
  })
  .meta({ id: "PolicyAcknowledgement", description: "Which policy a process runs." });

export type PolicyAcknowledgement = z.output<typeof PolicyAcknowledgementSchema>;
