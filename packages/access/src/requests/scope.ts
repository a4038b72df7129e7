import { GrantSchema } from "@scrim/grants";
import * as z from "zod";

/** Letters, digits and marks of any script; nothing that moves a cursor or ends a line. */
const PLAIN = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;

const Name = z.string().min(1).max(256).regex(PLAIN, "no control characters");
const Names = z.array(Name).min(1).max(64);
const Seconds = z.int().min(0).max(0xffffffff);
const TraceId = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/, "a trace id has 32 hexadecimal digits");

const { selector, level, traces_max, records_per_s, bytes_max, lookback_s } = GrantSchema.shape;

/** What may be captured: as in a grant, for services and environments that patterns name. */
const CaptureScopeSchema = z
  .strictObject({
    capability: z.literal("capture"),
    services: Names.meta({ description: "`service.name`, with `*` for any characters." }),
    environments: Names.meta({ description: "`deployment.environment.name`, with `*` for any characters." }),
    selector,
    level: level.default("debug"),
    traces_max,
    records_per_s,
    bytes_max,
    lookback_s,
  })
  .meta({ id: "CaptureScope", description: "More verbose records of some traces, masked as all others." });

/** What may be opened. Each list names all that it allows; what is sealed in a token decides, not what stands around it. */
const RevealScopeSchema = z
  .strictObject({
    capability: z.literal("reveal"),
    services: Names.meta({
      description: "`service.name` sealed in the values, with `*` for any characters.",
    }),
    environments: Names.meta({
      description: "Environments, for approvers. Tokens hold none: give each its own recipient key.",
    }),
    classes: z
      .array(z.string().regex(/^[a-z][a-z0-9_.-]{0,127}$/))
      .min(1)
      .max(64)
      .meta({ description: "Sensitivity classes or detectors' ids sealed in the values." }),
    trace_ids: z
      .array(TraceId)
      .min(1)
      .max(1_000)
      .optional()
      .meta({ description: "Only values of these traces." }),
    sealed_from: Seconds.meta({ description: "Only values sealed from then on, in seconds since 1970." }),
    sealed_until: Seconds.meta({ description: "Only values sealed before then." }),
    values_max: z.int().min(1).max(1_000_000).meta({ description: "How many values may be opened." }),
  })
  .refine(({ sealed_from, sealed_until }) => sealed_until > sealed_from, {
    path: ["sealed_until"],
    message: "must be after sealed_from",
  })
  .meta({ id: "RevealScope", description: "Sealed values that may be opened, one by one." });

/** A probe in a running process: where, and what it may take. */
const ProbeScopeSchema = z
  .strictObject({
    capability: z.literal("probe"),
    services: Names,
    environments: Names,
    locations: z.array(Name).min(1).max(64).meta({ description: "`file:line`, as in the source." }),
    hits_max: z.int().min(1).max(100_000),
  })
  .meta({ id: "ProbeScope", description: "Dynamic logs and snapshots at some places in the code." });

export const ScopeSchema = z.discriminatedUnion("capability", [
  CaptureScopeSchema,
  RevealScopeSchema,
  ProbeScopeSchema,
]);

export type CaptureScope = z.output<typeof CaptureScopeSchema>;
export type RevealScope = z.output<typeof RevealScopeSchema>;
export type Scope = z.output<typeof ScopeSchema>;
/** As it is written, with what has a default left out. */
export type ScopeInput = z.input<typeof ScopeSchema>;
export type Capability = Scope["capability"];

export const CAPABILITIES: readonly Capability[] = ["capture", "reveal", "probe"];
