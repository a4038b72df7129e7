import * as z from "zod";
import { REFUSALS, type RefusalReason } from "../refusal.ts";

const REASONS = Object.keys(REFUSALS) as [RefusalReason, ...RefusalReason[]];

/** Problem details (RFC 9457). */
export const Problem = z
  .strictObject({
    status: z.int(),
    title: z.string(),
    reason: z.enum(REASONS).meta({ description: "For programs: it stays the same." }),
    faults: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .meta({ description: "What is wrong where. Nothing of what was sent is in it." }),
  })
  .meta({ id: "Problem", description: "Why a request is refused." });
