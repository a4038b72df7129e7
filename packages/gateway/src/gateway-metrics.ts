import { defineMetric } from "@scrim/pipeline";

/** What the gateway's own components count, beside what is counted around every component. */

export const RECEIVER_REQUESTS = defineMetric({
  name: "otelcol_receiver_requests",
  kind: "counter",
  unit: "{requests}",
  description:
    "Requests answered: success, refused (the client's doing) or failure (ours or a destination's).",
  labels: ["receiver", "transport", "outcome"],
});

export const RECEIVER_REFUSED_REQUESTS = defineMetric({
  name: "scrim_receiver_refused_requests",
  kind: "counter",
  unit: "{requests}",
  description: "Requests not answered with success, by reason.",
  labels: ["receiver", "transport", "reason"],
});

export const RECEIVER_IN_FLIGHT_BYTES = defineMetric({
  name: "scrim_receiver_in_flight_bytes",
  kind: "gauge",
  unit: "By",
  description: "Memory reserved for requests that have no answer yet.",
  labels: ["receiver"],
});

export const REDACTION_REDACTED = defineMetric({
  name: "scrim_redaction_redacted_values",
  kind: "counter",
  unit: "{values}",
  description: "Values that were changed or removed, by what they were and what was done.",
  labels: ["processor", "class", "action"],
});

export const REDACTION_WITHHELD = defineMetric({
  name: "scrim_redaction_withheld_values",
  kind: "counter",
  unit: "{values}",
  description: "Values withheld because they could not be examined, by reason.",
  labels: ["processor", "reason"],
});

export const REDACTION_DROPPED_FIELDS = defineMetric({
  name: "scrim_redaction_dropped_fields",
  kind: "counter",
  unit: "{fields}",
  description: "Fields left out because the OTLP specification does not know them.",
  labels: ["processor"],
});

export const REDACTION_EXPRESSION_ENGINE = defineMetric({
  name: "scrim_redaction_expression_engine",
  kind: "gauge",
  across: "largest",
  unit: "1",
  description:
    "Always 1, by what matches the exact patterns of detectors: re2 or, where it can't be loaded, re2js, which finds the same and takes longer.",
  labels: ["engine"],
});

export const REDACTION_MERGED_SERIES = defineMetric({
  name: "scrim_redaction_merged_series",
  kind: "counter",
  unit: "{series}",
  description:
    "Series of metrics that became equal to another one when what told them apart was redacted. A pseudonym keeps them apart.",
  labels: ["processor"],
});

export const POLICY_REFUSED = defineMetric({
  name: "scrim_policy_refused_policies",
  kind: "counter",
  unit: "{policies}",
  description:
    "Policies of the control plane that were not put into force, by the code of why. The last good one stays.",
  labels: ["processor", "reason"],
});

export const POLICY_REVISION = defineMetric({
  name: "scrim_policy_revision",
  kind: "gauge",
  across: "smallest",
  unit: "1",
  description:
    "Revision of the control plane's policy that is in force, in all workers; 0 where the local one is.",
  labels: ["processor"],
});

export const POLICY_STALE = defineMetric({
  name: "scrim_policy_stale",
  kind: "gauge",
  across: "largest",
  unit: "1",
  description:
    "1 while the control plane has not been heard of for so long that there may be a newer policy.",
  labels: ["processor"],
});
