import { GrantIdSchema } from "@scrim/grants";
import * as z from "zod";
import { ScopeSchema } from "./scope.ts";

/** One line of text: nothing that moves a cursor. */
export const LineSchema = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, "one line of text");

/** Less would be over before anybody has it. */
export const DURATION_MIN_S = 10;

const asked = {
  scope: ScopeSchema,
  reason: LineSchema.meta({
    description: "Why. Approvers read it; the audit log has a commitment to it alone.",
  }),
  ticket: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:/#-]{0,127}$/, "the id of a ticket")
    .optional()
    .meta({ description: "Where it is written down." }),
};

/** The longest that anything can be asked for: 30 days. */
const DURATION_S_MAX = 2_592_000;

/** What is asked for. */
export const RequestInputSchema = z
  .strictObject({
    ...asked,
    duration_s: z.int().min(DURATION_MIN_S).max(DURATION_S_MAX).meta({
      description: "For how long, in seconds. Rules and roles may make it shorter.",
    }),
    // So that its end is a time as well.
    starts_at: z
      .int()
      .min(0)
      .max(0xffffffff - DURATION_S_MAX)
      .optional()
      .meta({ description: "When it begins, in seconds since 1970. Without it when it is approved." }),
    extends: GrantIdSchema.optional().meta({
      description: "The grant that this one follows, with the same scope.",
    }),
  })
  .refine((input) => input.starts_at === undefined || input.extends === undefined, {
    path: ["starts_at"],
    message: "an extension begins where the grant ends",
  })
  .meta({ id: "RequestInput", description: "A request for access." });

/** What is taken before anybody is asked. */
export const BreakGlassInputSchema = z
  .strictObject({ ...asked, duration_s: z.int().min(DURATION_MIN_S).max(900).default(900) })
  .meta({ id: "BreakGlassInput", description: "Access that is taken at once, and reviewed afterwards." });

export const DecisionInputSchema = z
  .strictObject({ comment: LineSchema.optional() })
  .meta({ id: "DecisionInput", description: "A decision, or its end." });

export type RequestInput = z.output<typeof RequestInputSchema>;
export type BreakGlassInput = z.output<typeof BreakGlassInputSchema>;
export type DecisionInput = z.output<typeof DecisionInputSchema>;
