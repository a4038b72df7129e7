import * as z from "zod";
import { GrantIdSchema } from "./grant-id.ts";

const Id = z.string().min(1).max(128);
const Seconds = z.int().min(0).max(0xffffffff);

/** Values that somebody may have opened, as it was approved. Times are seconds since 1970. */
export const RevealGrantSchema = z
  .strictObject({
    id: GrantIdSchema,
    tenant: Id.describe("Whose values: sealed in them, and the holder's own."),
    holder: z.strictObject({
      principal: Id.describe("Who may ask, by its id in the directory."),
      people: z.array(Id).max(64).describe("The people behind it."),
    }),
    services: z
      .array(z.string().min(1).max(256))
      .min(1)
      .max(1_024)
      .describe("`service.name` sealed in the values, with `*` for any characters."),
    classes: z
      .array(z.string().regex(/^[a-z][a-z0-9_.-]{0,127}$/))
      .min(1)
      .max(64)
      .describe("Sensitivity classes or detectors' ids sealed in the values."),
    trace_ids: z
      .array(z.string().regex(/^(?!0{32})[0-9a-f]{32}$/, "a trace id has 32 hexadecimal digits"))
      .min(1)
      .max(1_000)
      .optional()
      .describe("Only values of these traces."),
    sealed_from: Seconds.describe("Only values sealed from then on."),
    sealed_until: Seconds.describe("Only values sealed before then."),
    values_max: z.int().min(1).max(1_000_000).describe("How many values may be opened."),
    not_before: Seconds,
    expires_at: Seconds,
  })
  .refine(({ sealed_from, sealed_until }) => sealed_until > sealed_from, {
    path: ["sealed_until"],
    message: "must be after sealed_from",
  })
  .refine(({ not_before, expires_at }) => expires_at > not_before, {
    path: ["expires_at"],
    message: "must be after not_before",
  });

export type RevealGrant = z.output<typeof RevealGrantSchema>;
