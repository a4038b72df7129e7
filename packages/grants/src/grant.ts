import * as z from "zod";
import { GrantIdSchema } from "./grant-id.ts";

/** Trace ids that one grant may name. */
const TRACE_IDS_MAX = 1_000_000;

/** Characters of a predicate. */
export const PREDICATE_LENGTH_MAX = 1_024;

/** How far back a grant may reach: what flight recorders hold. */
const LOOKBACK_MAX_S = 300;

/** Traces with errors that a standing grant releases: one a tenth of a second is more than anybody reads. */
const TRACES_PER_MIN_MAX = 600;

/** Levels that can be captured, and the least `severityNumber` of each (OpenTelemetry log data model). */
export const SEVERITY_OF_LEVEL = { trace: 1, debug: 5, info: 9 } as const;

const Seconds = z.int().min(0).max(0xffffffff);

const SelectorSchema = z.union([
  z.strictObject({
    trace_ids: z
      .array(z.string().regex(/^(?!0{32})[0-9a-f]{32}$/, "a trace id has 32 hexadecimal digits"))
      .min(1)
      .max(TRACE_IDS_MAX)
      .describe("These traces."),
  }),
  z.strictObject({
    where: z
      .string()
      .min(1)
      .max(PREDICATE_LENGTH_MAX)
      .describe("Traces whose local root begins with attributes for which this CEL expression is true."),
  }),
  z.strictObject({
    on_error: z
      .strictObject({
        traces_per_min: z
          .int()
          .min(1)
          .max(TRACES_PER_MIN_MAX)
          .describe("How many traces, in each process: so many at once, and so many more a minute."),
        where: z
          .string()
          .min(1)
          .max(PREDICATE_LENGTH_MAX)
          .optional()
          .describe(
            "Only errors for whose own attributes, of the record or span, this CEL expression is true.",
          ),
      })
      .describe(
        "Traces with an error: a record of ERROR or worse, or a span that ends so. For flight recorders.",
      ),
  }),
]);

/** What somebody may capture, as it was approved. Times are seconds since 1970. */
export const GrantSchema = z
  .strictObject({
    id: GrantIdSchema,
    kind: z.literal("capture"),
    selector: SelectorSchema,
    level: z.enum(["trace", "debug", "info"]).describe("The least severe records that are captured."),
    traces_max: z
      .int()
      .min(1)
      .max(TRACE_IDS_MAX)
      .optional()
      .describe("How many traces a predicate may take, over all processes. They are leased, so this holds."),
    records_per_s: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(200)
      .describe("Captured records a second, in each process."),
    bytes_max: z
      .int()
      .min(1)
      .max(2 ** 40)
      .default(67_108_864)
      .describe("Bytes of captured records, in each process."),
    lookback_s: z
      .int()
      .min(0)
      .max(LOOKBACK_MAX_S)
      .default(0)
      .describe("How far back records are released that a flight recorder holds."),
    not_before: Seconds,
    expires_at: Seconds,
  })
  .refine((grant) => grant.expires_at > grant.not_before, {
    path: ["expires_at"],
    message: "must be after not_before",
  })
  .refine((grant) => !("where" in grant.selector) || grant.traces_max !== undefined, {
    path: ["traces_max"],
    message: "a predicate needs it",
  })
  .refine((grant) => !("on_error" in grant.selector) || grant.traces_max === undefined, {
    path: ["traces_max"],
    message: "traces with errors are not leased: they have a rate",
  })
  .refine((grant) => !("on_error" in grant.selector) || grant.lookback_s > 0, {
    path: ["lookback_s"],
    message: "a grant for errors needs it: what tells of an error comes before it",
  });

export type Grant = z.output<typeof GrantSchema>;
/** As it is written, with what has a default left out. */
export type GrantInput = z.input<typeof GrantSchema>;
