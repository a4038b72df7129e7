import * as z from "zod";

const Count = z.int().min(0);
/** SHA-256 of the names of a process: V8 misreads keys that JSON escapes (https://github.com/nodejs/node/issues/63785). */
const Holder = z.string().regex(/^[0-9a-f]{64}$/);

/** What is counted of a grant's traces, over all processes. */
export const TraceAccountSchema = z.strictObject({
  /** The grant's. */
  id: z.string(),
  tenant: z.string(),
  expires_at: Count,
  leased: Count.meta({ description: "Traces that are gone: given to a process, and not given back." }),
  used: Count.meta({ description: "Of these, the ones that processes told of as captured." }),
  held: z.record(Holder, z.int().min(1)).meta({
    description:
      "Of these, the ones that are neither, by the digest of a process. Only they can be given back.",
  }),
});

export type TraceAccount = z.output<typeof TraceAccountSchema>;
