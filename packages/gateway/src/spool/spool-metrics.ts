import { defineMetric } from "@scrim/pipeline";

export const SPOOL_BYTES = defineMetric({
  name: "scrim_spool_bytes",
  kind: "gauge",
  unit: "By",
  description: "Bytes of segments on the disk, up to the last record of each.",
  labels: [],
});

export const SPOOL_CAPACITY = defineMetric({
  name: "scrim_spool_capacity_bytes",
  kind: "gauge",
  unit: "By",
  description: "Bytes that segments may have at most.",
  labels: [],
});

export const SPOOL_SEGMENTS = defineMetric({
  name: "scrim_spool_segments",
  kind: "gauge",
  unit: "{segments}",
  description: "Segments on the disk.",
  labels: [],
});

export const SPOOL_RECORDS = defineMetric({
  name: "scrim_spool_records",
  kind: "gauge",
  unit: "{records}",
  description: "Batches on the disk, those included that are delivered and whose segment is not.",
  labels: [],
});

export const SPOOL_MEMORY = defineMetric({
  name: "scrim_spool_memory_bytes",
  kind: "gauge",
  unit: "By",
  description: "Bytes of batches that are kept in memory beside the disk.",
  labels: [],
});

export const SPOOL_WAITING_ITEMS = defineMetric({
  name: "scrim_spool_waiting_items",
  kind: "gauge",
  unit: "{items}",
  description: "Items on the disk that the exporter has not settled.",
  labels: ["exporter"],
});

export const SPOOL_UNCLAIMED_ITEMS = defineMetric({
  name: "scrim_spool_unclaimed_items",
  kind: "gauge",
  unit: "{items}",
  description:
    "Items on the disk for exporters that are not configured any more. They stay until they are forgotten.",
  labels: ["exporter"],
});

export const SPOOL_RECOVERED_ITEMS = defineMetric({
  name: "scrim_spool_recovered_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that an earlier run had accepted and not delivered, found at start.",
  labels: ["exporter"],
});

export const SPOOL_DROPPED_ITEMS = defineMetric({
  name: "scrim_spool_dropped_items",
  kind: "counter",
  unit: "{items}",
  description:
    "Items given up, by reason: full or too_old (as configured), corrupt or lost (the disk), forgotten (by hand).",
  labels: ["exporter", "reason"],
});

export const SPOOL_QUARANTINED = defineMetric({
  name: "scrim_spool_quarantined_records",
  kind: "counter",
  unit: "{places}",
  description: "Damaged places that were found in segments, and set aside.",
  labels: [],
});

export const SPOOL_QUARANTINED_BYTES = defineMetric({
  name: "scrim_spool_quarantined_bytes",
  kind: "counter",
  unit: "By",
  description: "Bytes of these places.",
  labels: [],
});

export const SPOOL_APPEND_DURATION = defineMetric({
  name: "scrim_spool_append_duration",
  kind: "histogram",
  unit: "s",
  description: "Time until a batch was on the disk, waiting for room included.",
  labels: [],
  buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
});

export const SPOOL_SYNC_DURATION = defineMetric({
  name: "scrim_spool_sync_duration",
  kind: "histogram",
  unit: "s",
  description: "Time the disk took for one group of batches: write and sync.",
  labels: [],
  buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
});

export const SPOOL_SYNCS = defineMetric({
  name: "scrim_spool_syncs",
  kind: "counter",
  unit: "{syncs}",
  description: "Groups of batches that were brought to the disk.",
  labels: [],
});

export const SPOOL_FAILURES = defineMetric({
  name: "scrim_spool_failures",
  kind: "counter",
  unit: "{failures}",
  description:
    "Writes or syncs that failed, by what the disk is: full or failed. No client was told success.",
  labels: ["reason"],
});

export const DEAD_LETTER_BYTES = defineMetric({
  name: "scrim_dead_letter_bytes",
  kind: "gauge",
  unit: "By",
  description: "Bytes of batches on the disk that the exporter's destination refused for good.",
  labels: ["exporter"],
});

export const DEAD_LETTER_ITEMS = defineMetric({
  name: "scrim_dead_letter_items",
  kind: "counter",
  unit: "{items}",
  description: "Items that became dead letters.",
  labels: ["exporter"],
});
