import { z } from "zod";
import { DIGITS_MAX } from "./threshold.ts";

export const ProbabilisticSamplerConfig = z
  .strictObject({
    mode: z.enum(["hash_seed", "proportional", "equalizing"]).optional().meta({
      description:
        "`hash_seed`: by a hash of the trace id. `proportional`: a share of what arrives. `equalizing`: down to a share of what there was, counting what was sampled before. Without it `proportional`, or `hash_seed` where `hash_seed` or `attribute_source: record` is set.",
    }),
    sampling_percentage: z.number().min(0).meta({
      description: "Percentage of spans or log records that are kept; from 100 on all.",
    }),
    hash_seed: z.int().min(0).max(0xffffffff).default(0).meta({
      description: "The same in all gateways of a tier, which then decide alike.",
    }),
    fail_closed: z.boolean().default(true).meta({
      description: "Whether what has no randomness, or contradicts itself, is dropped rather than kept.",
    }),
    sampling_precision: z.int().min(1).max(DIGITS_MAX).default(4).meta({
      description: "Hexadecimal digits of thresholds.",
    }),
    attribute_source: z.enum(["traceID", "record"]).default("traceID").meta({
      description: "Logs: what decides, the trace id or always `from_attribute`.",
    }),
    from_attribute: z.string().min(1).max(256).optional().meta({
      description: "Logs: the attribute that decides about records without a trace id.",
    }),
  })
  .refine(
    ({ attribute_source, from_attribute }) => attribute_source === "traceID" || from_attribute !== undefined,
    { path: ["from_attribute"], message: "attribute_source: record needs it" },
  )
  .meta({
    id: "ProbabilisticSamplerConfig",
    description: "Keeps a share of traces, of spans and logs alike.",
  });

export type ProbabilisticSamplerConfig = z.output<typeof ProbabilisticSamplerConfig>;
export type SamplingMode = NonNullable<ProbabilisticSamplerConfig["mode"]>;

/** The Collector's choice where none is configured. */
export function modeOf({ mode, hash_seed, attribute_source }: ProbabilisticSamplerConfig): SamplingMode {
  return mode ?? (hash_seed !== 0 || attribute_source === "record" ? "hash_seed" : "proportional");
}
