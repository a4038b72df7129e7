import * as z from "zod";

/**
 * One thing that somebody did, kept in the transaction that did it: what the audit log says is done is done where its act is here. It also makes a
 * repeated request the same one.
 */
export const ActSchema = z.strictObject({
  /** Made of the caller and its request key, or by chance. */
  id: z.string().regex(/^act-[0-9a-f]{32}$/),
  /** Its name in the log, where that is another: each try has its own there, and a key may be used again once this is forgotten. */
  logged_as: z
    .string()
    .regex(/^act-[0-9a-f]{32}$/)
    .optional(),
  /** SHA-256 of what was asked, so that a key isn't used for something else. */
  fingerprint: z.string().optional(),
  /** The document that came of it. */
  subject: z.string().max(256).optional(),
  at: z.int().min(0),
});

export type Act = z.output<typeof ActSchema>;
