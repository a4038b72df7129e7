import type { Signal } from "@scrim/wire";
import { defineMetric, type MetricDefinition } from "./metric-definition.ts";

/**
 * What every pipeline counts, whatever its components are. The balance (`received`, `accepted` and so on are these
 * metrics, in items, over one receiver and over one pipeline):
 *
 *     received = accepted + refused + in flight
 *     incoming + added = delivered + dropped + failed + held + in flight
 *
 * A batch that fails in one pipeline is refused to its client as a whole, so that nothing is acknowledged that was
 * not delivered everywhere.
 */

/** What the Collector's metric names call the items of each signal. It counts samples of profiles, we profiles. */
export const ITEM_NAMES: Readonly<Record<Signal, string>> = {
  logs: "log_records",
  traces: "spans",
  metrics: "metric_points",
  profiles: "profiles",
};

function eachSignal<const Label extends string>(
  prefix: string,
  labels: readonly Label[],
  describe: (items: string) => string,
): Readonly<Record<Signal, MetricDefinition<Label>>> {
  const define = (signal: Signal): MetricDefinition<Label> => {
    const items = ITEM_NAMES[signal];
    const description = describe(items.replace("_", " "));
    return defineMetric({
      name: `${prefix}_${items}`,
      kind: "counter",
      unit: `{${items}}`,
      description,
      labels,
    });
  };
  return {
    logs: define("logs"),
    traces: define("traces"),
    metrics: define("metrics"),
    profiles: define("profiles"),
  };
}

export const RECEIVER_RECEIVED_ITEMS = defineMetric({
  name: "scrim_receiver_received_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that arrived whole and well formed: those accepted, those refused and those in flight.",
  labels: ["receiver", "transport"],
});

export const RECEIVER_IN_FLIGHT_ITEMS = defineMetric({
  name: "scrim_receiver_in_flight_items",
  kind: "gauge",
  unit: "{items}",
  description: "Items received whose client has no answer yet.",
  labels: ["receiver", "transport"],
});

export const RECEIVER_ACCEPTED = eachSignal(
  "otelcol_receiver_accepted",
  ["receiver", "transport"],
  (items) => `Number of ${items} acknowledged to the client.`,
);

export const RECEIVER_REFUSED = eachSignal(
  "otelcol_receiver_refused",
  ["receiver", "transport"],
  (items) => `Number of ${items} not acknowledged, because a pipeline could not take them.`,
);

export const PROCESSOR_INCOMING_ITEMS = defineMetric({
  name: "otelcol_processor_incoming_items",
  kind: "counter",
  unit: "{items}",
  description: "Items passed to the processor.",
  labels: ["processor", "otel_signal"],
});

export const PROCESSOR_OUTGOING_ITEMS = defineMetric({
  name: "otelcol_processor_outgoing_items",
  kind: "counter",
  unit: "{items}",
  description: "Items the processor passed on.",
  labels: ["processor", "otel_signal"],
});

export const PROCESSOR_DURATION = defineMetric({
  name: "otelcol_processor_internal_duration",
  kind: "histogram",
  unit: "s",
  description: "Time the processor took for one batch.",
  labels: ["processor", "otel_signal"],
  buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
});

export const PIPELINE_INCOMING_ITEMS = defineMetric({
  name: "scrim_pipeline_incoming_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that entered the pipeline.",
  labels: ["pipeline"],
});

export const PIPELINE_ADDED_ITEMS = defineMetric({
  name: "scrim_pipeline_added_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that processors made beyond those they were given.",
  labels: ["pipeline"],
});

export const PIPELINE_DELIVERED_ITEMS = defineMetric({
  name: "scrim_pipeline_delivered_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that every exporter of the pipeline delivered.",
  labels: ["pipeline"],
});

export const PIPELINE_DROPPED_ITEMS = defineMetric({
  name: "scrim_pipeline_dropped_items",
  kind: "counter",
  unit: "{items}",
  description: "Items left out on purpose, by reason: a processor's, or the destination's partial success.",
  labels: ["pipeline", "reason"],
});

export const PIPELINE_HELD_ITEMS = defineMetric({
  name: "scrim_pipeline_held_items",
  kind: "gauge",
  unit: "{items}",
  description: "Items acknowledged that a processor keeps in memory, until it lets them pass or drops them.",
  labels: ["pipeline"],
});

export const PIPELINE_FAILED_ITEMS = defineMetric({
  name: "scrim_pipeline_failed_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that could not be processed or delivered; their client was told so.",
  labels: ["pipeline"],
});

export const PIPELINE_UNREDACTED = defineMetric({
  name: "scrim_pipeline_unredacted",
  kind: "gauge",
  unit: "{pipelines}",
  description:
    "1 for a pipeline that may let data leave unredacted, because service.allow_unredacted is set.",
  labels: ["pipeline"],
});

export const EXPORTER_SENT = eachSignal(
  "otelcol_exporter_sent",
  ["exporter"],
  (items) => `Number of ${items} delivered to the destination.`,
);

export const EXPORTER_SEND_FAILED = eachSignal(
  "otelcol_exporter_send_failed",
  ["exporter"],
  (items) => `Number of ${items} that could not be delivered.`,
);

export const EXPORTER_REJECTED_ITEMS = defineMetric({
  name: "scrim_exporter_rejected_items",
  kind: "counter",
  unit: "{items}",
  description: "Items the destination rejected in a partial success. They are not counted as sent.",
  labels: ["exporter"],
});

export const EXPORTER_FAILURES = defineMetric({
  name: "scrim_exporter_failures",
  kind: "counter",
  unit: "{batches}",
  description: "Batches that could not be delivered, by reason.",
  labels: ["exporter", "reason"],
});

export const EXPORTER_IN_FLIGHT_REQUESTS = defineMetric({
  name: "otelcol_exporter_in_flight_requests",
  kind: "gauge",
  unit: "{batches}",
  description: "Batches being delivered, those that wait for a retry included.",
  labels: ["exporter"],
});
