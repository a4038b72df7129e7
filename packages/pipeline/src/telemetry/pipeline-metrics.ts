import type { Signal } from "@scrim/wire";
import { defineMetric, type MetricDefinition } from "./metric-definition.ts";

/**
 * What every pipeline counts, whatever its components are. The balance (`received`, `accepted` and so on are these
 * metrics, in items, over one receiver, over one pipeline and over one exporter):
 *
 *     received = accepted + refused + in flight + interrupted
 *     incoming + added = queued + delivered + dropped + failed + held + in flight + interrupted
 *     enqueued + recovered = sent + rejected + dead-lettered + dropped + returned + waiting + interrupted
 *
 * What a worker had in flight, held or waiting when it ended before the others is *interrupted*, as it last said; what of that it had stored is
 * *recovered* by the one that takes its place. A pipeline has no metric of what is in flight: what of it a worker had is over, and missing. All begin
 * at 0 with the gateway.
 *
 * A pipeline's items are *queued* where it ends in a queue (`ack: durable` or `memory`), for all its exporters at once, and
 * *delivered* where the client waits for the exporters (`ack: delivered`). An exporter's items are *returned* where that
 * client was told that they are not delivered; those *waiting* include those on their way. What the spool finds at its
 * start (*recovered*), and what it drops by itself, are metrics of the spool's.
 *
 * A batch that fails in one pipeline is refused to its client as a whole, so that nothing is acknowledged that was
 * neither delivered everywhere nor is in a queue.
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

export const RECEIVER_INTERRUPTED_ITEMS = defineMetric({
  name: "scrim_receiver_interrupted_items",
  kind: "counter",
  unit: "{items}",
  description: "Items received by a worker that ended before it had answered their client.",
  labels: ["receiver", "transport"],
});

export const RECEIVER_IN_FLIGHT_ITEMS = defineMetric({
  name: "scrim_receiver_in_flight_items",
  kind: "gauge",
  unit: "{items}",
  description: "Items received whose client has no answer yet.",
  labels: ["receiver", "transport"],
  interrupted_as: RECEIVER_INTERRUPTED_ITEMS,
});

export const RECEIVER_CLIENT_ITEMS = defineMetric({
  name: "scrim_receiver_client_items",
  kind: "counter",
  unit: "{items}",
  description:
    "Items of clients that are known by name: `accepted`, or `refused` because a pipeline could not take them.",
  labels: ["receiver", "client", "outcome"],
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

export const PIPELINE_QUEUED_ITEMS = defineMetric({
  name: "scrim_pipeline_queued_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that the queue took over for every exporter of the pipeline.",
  labels: ["pipeline"],
});

export const PIPELINE_DROPPED_ITEMS = defineMetric({
  name: "scrim_pipeline_dropped_items",
  kind: "counter",
  unit: "{items}",
  description: "Items left out on purpose, by reason: a processor's, or the destination's partial success.",
  labels: ["pipeline", "reason"],
});

export const PIPELINE_INTERRUPTED_ITEMS = defineMetric({
  name: "scrim_pipeline_interrupted_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that a processor kept in the memory of a worker that ended: they are lost.",
  labels: ["pipeline"],
});

export const PIPELINE_HELD_ITEMS = defineMetric({
  name: "scrim_pipeline_held_items",
  kind: "gauge",
  unit: "{items}",
  description: "Items acknowledged that a processor keeps in memory, until it lets them pass or drops them.",
  labels: ["pipeline"],
  interrupted_as: PIPELINE_INTERRUPTED_ITEMS,
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
  across: "largest",
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
  (items) => `Number of ${items} that won't be delivered: returned, put to the dead letters or dropped.`,
);

export const EXPORTER_ENQUEUE_FAILED = eachSignal(
  "otelcol_exporter_enqueue_failed",
  ["exporter"],
  (items) => `Number of ${items} that the queue did not take. Their client was told to send them again.`,
);

export const EXPORTER_ENQUEUED_ITEMS = defineMetric({
  name: "scrim_exporter_enqueued_items",
  kind: "counter",
  unit: "{items}",
  description: "Items given to the exporter, or to its queue.",
  labels: ["exporter"],
});

export const EXPORTER_INTERRUPTED_ITEMS = defineMetric({
  name: "scrim_exporter_interrupted_items",
  kind: "counter",
  unit: "{items}",
  description:
    "Items that waited in a worker that ended. What its spool has of them is recovered by the one that takes its place.",
  labels: ["exporter"],
});

export const EXPORTER_WAITING_ITEMS = defineMetric({
  name: "scrim_exporter_waiting_items",
  kind: "gauge",
  unit: "{items}",
  description: "Items that wait for the destination, those on their way included.",
  labels: ["exporter"],
  interrupted_as: EXPORTER_INTERRUPTED_ITEMS,
});

export const EXPORTER_REJECTED_ITEMS = defineMetric({
  name: "scrim_exporter_rejected_items",
  kind: "counter",
  unit: "{items}",
  description: "Items the destination rejected in a partial success. They are not counted as sent.",
  labels: ["exporter"],
});

export const EXPORTER_RETURNED_ITEMS = defineMetric({
  name: "scrim_exporter_returned_items",
  kind: "counter",
  unit: "{items}",
  description: "Items not delivered while their client waited, which was told so.",
  labels: ["exporter"],
});

export const EXPORTER_DEAD_LETTERED_ITEMS = defineMetric({
  name: "scrim_exporter_dead_lettered_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that the destination won't ever take, kept as dead letters, by reason.",
  labels: ["exporter", "reason"],
});

export const EXPORTER_DROPPED_ITEMS = defineMetric({
  name: "scrim_exporter_dropped_items",
  kind: "counter",
  unit: "{items}",
  description: "Items given up before they were delivered, by reason.",
  labels: ["exporter", "reason"],
});

export const EXPORTER_FAILURES = defineMetric({
  name: "scrim_exporter_failures",
  kind: "counter",
  unit: "{requests}",
  description: "Attempts that did not deliver, by reason.",
  labels: ["exporter", "reason"],
});

export const EXPORTER_IN_FLIGHT_REQUESTS = defineMetric({
  name: "otelcol_exporter_in_flight_requests",
  kind: "gauge",
  unit: "{requests}",
  description: "Requests on their way to the destination.",
  labels: ["exporter"],
});

export const EXPORTER_CONCURRENCY_LIMIT = defineMetric({
  name: "scrim_exporter_concurrency_limit",
  kind: "gauge",
  unit: "{requests}",
  description: "Requests that may be on their way at present, as the destination's answers have it.",
  labels: ["exporter"],
});

export const EXPORTER_QUEUE_SIZE = defineMetric({
  name: "otelcol_exporter_queue_size",
  kind: "gauge",
  unit: "By",
  description: "Size of what waits in the exporter's queues: in memory, and of the spool its share.",
  labels: ["exporter"],
});

export const EXPORTER_QUEUE_CAPACITY = defineMetric({
  name: "otelcol_exporter_queue_capacity",
  kind: "gauge",
  unit: "By",
  description:
    "The most that may wait in the exporter's queues. That of the spool is for all exporters together.",
  labels: ["exporter"],
});

export const EXPORTER_BATCH_SEND_SIZE = defineMetric({
  name: "otelcol_exporter_queue_batch_send_size",
  kind: "histogram",
  unit: "{items}",
  description: "Items in a request that was made of what the queue held.",
  labels: ["exporter"],
  buckets: [10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 100_000],
});

export const EXPORTER_BATCH_SEND_SIZE_BYTES = defineMetric({
  name: "otelcol_exporter_queue_batch_send_size_bytes",
  kind: "histogram",
  unit: "By",
  description: "Size of a request that was made of what the queue held, before compression.",
  labels: ["exporter"],
  buckets: [1_000, 4_000, 16_000, 64_000, 256_000, 1_000_000, 2_000_000, 4_000_000, 8_000_000, 64_000_000],
});
