import { defineMetric } from "@scrim/pipeline";

export const OWN_SPANS_SENT = defineMetric({
  name: "scrim_own_spans_sent",
  kind: "counter",
  unit: "{spans}",
  description: "Spans of the gateway's own work that their destination has.",
  labels: [],
});

export const OWN_SPANS_DROPPED = defineMetric({
  name: "scrim_own_spans_dropped",
  kind: "counter",
  unit: "{spans}",
  description:
    "Spans of the gateway's own work that nobody will see: too many waited (`full`), or their destination refused them (`refused`).",
  labels: ["reason"],
});
