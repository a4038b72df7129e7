/** What plug-ins count, through the application's own `MeterProvider`. All values are read when metrics are collected. */
export const REDACTION_METRICS = {
  items: {
    name: "scrim.redaction.items",
    kind: "counter",
    unit: "{item}",
    description:
      "Log records, spans, measurements, metrics and lines of loggers that were redacted. Attributes of measurements that are remembered count once.",
    attributes: ["redaction.signal"],
  },
  duration: {
    name: "scrim.redaction.duration",
    kind: "counter",
    unit: "s",
    description: "Time spent on redaction.",
    attributes: ["redaction.signal"],
  },
  findings: {
    name: "scrim.redaction.findings",
    kind: "counter",
    unit: "{value}",
    description: "Values that were changed or removed, by what they were and what was done.",
    attributes: ["redaction.signal", "redaction.class", "redaction.action"],
  },
  withheld: {
    name: "scrim.redaction.withheld",
    kind: "counter",
    unit: "{value}",
    description: "Values withheld because they could not be examined.",
    attributes: ["redaction.signal", "redaction.reason"],
  },
  merged_series: {
    name: "scrim.redaction.merged_series",
    kind: "counter",
    unit: "{series}",
    description:
      "Series of metrics that became equal to another one when what told them apart was redacted. A pseudonym keeps them apart.",
    attributes: ["redaction.signal"],
  },
  stubs: {
    name: "scrim.redaction.stubs",
    kind: "counter",
    unit: "{item}",
    description: "Items that could not be redacted as a whole, and left with all their texts withheld.",
    attributes: ["redaction.signal"],
  },
  lost: {
    name: "scrim.redaction.lost",
    kind: "counter",
    unit: "{item}",
    description: "Items that are gone: the delegate of a plug-in threw, or a metric could not be redacted.",
    attributes: ["redaction.signal"],
  },
} as const satisfies Record<string, RedactionMetric>;

/** Which engine matches the exact patterns of detectors; `re2js` is many times slower, and says that the add-on is missing. */
export const ENGINE_METRIC = {
  name: "scrim.redaction.engine",
  kind: "gauge",
  unit: "1",
  description:
    "1 for the engine that matches detectors: re2, or re2js where the native add-on can't be loaded.",
  attributes: ["redaction.engine"],
} as const satisfies RedactionMetric;

/** What is said of policies from the control plane. */
export const CENTRAL_POLICY_METRICS = {
  refused: {
    name: "scrim.policy.refused",
    kind: "counter",
    unit: "{policy}",
    description:
      "Policies of the control plane that were not put into force, by the code of why. The last good one stays.",
    attributes: ["policy.reason"],
  },
  revision: {
    name: "scrim.policy.revision",
    kind: "gauge",
    unit: "1",
    description: "Revision of the control plane's policy that is in force; 0 where the local one is.",
    attributes: [],
  },
  stale: {
    name: "scrim.policy.stale",
    kind: "gauge",
    unit: "1",
    description:
      "1 while the control plane has not been heard of for so long that there may be a newer policy.",
    attributes: [],
  },
} as const satisfies Record<string, RedactionMetric>;

/** What the register says of the whole process. */
export const BYPASS_METRIC = {
  name: "scrim.bypass",
  kind: "gauge",
  unit: "1",
  description:
    "1 while a provider of the application's own runs beside the redacting one; only with `@scrim/otel/register`.",
  attributes: [],
} as const satisfies RedactionMetric;

interface RedactionMetric {
  readonly name: string;
  readonly kind: "counter" | "gauge";
  readonly unit: string;
  readonly description: string;
  readonly attributes: readonly string[];
}
