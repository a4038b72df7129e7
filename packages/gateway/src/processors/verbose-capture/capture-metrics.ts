import { defineMetric, type MetricRegistry } from "@scrim/pipeline";

export const CAPTURE_CAPTURED_RECORDS = defineMetric({
  name: "scrim_verbose_capture_captured_records",
  kind: "counter",
  unit: "{records}",
  description: "Records below the floor that passed, by what approved their trace.",
  labels: ["processor", "approved_by"],
});

export const CAPTURE_DROPPED_RECORDS = defineMetric({
  name: "scrim_verbose_capture_dropped_records",
  kind: "counter",
  unit: "{records}",
  description:
    "Records below the floor that were dropped, by reason. Those that were held before are among them.",
  labels: ["processor", "reason"],
});

export const CAPTURE_REFUSED_TOKENS = defineMetric({
  name: "scrim_verbose_capture_refused_tokens",
  kind: "counter",
  unit: "{tokens}",
  description:
    "Tokens that prove nothing: forged, expired, of another trace or service, or below the grant's level.",
  labels: ["processor"],
});

export const CAPTURE_MARKED_SPANS = defineMetric({
  name: "scrim_verbose_capture_marked_spans",
  kind: "counter",
  unit: "{spans}",
  description: "Spans of approved traces, which are kept past sampling.",
  labels: ["processor"],
});

export const CAPTURE_HELD_BYTES = defineMetric({
  name: "scrim_verbose_capture_held_bytes",
  kind: "gauge",
  unit: "By",
  description: "Memory of the records that wait for their traces to be approved.",
  labels: ["processor"],
});

export const CAPTURE_HELD_RECORDS = defineMetric({
  name: "scrim_verbose_capture_held_records",
  kind: "gauge",
  unit: "{records}",
  description: "Records that wait for their traces to be approved.",
  labels: ["processor"],
});

/**
 * How a record's trace was known to be approved: by a token on the record, because the trace is, by its id or its spans, or because a
 * trusted sender says so.
 */
export type ApprovedBy = "token" | "trace" | "sender";

export interface CaptureCounts {
  captured(by: ApprovedBy, records: number): void;
  dropped(reason: string, records: number): void;
  refusedToken(): void;
  markedSpan(): void;
}

export function captureCounts(processor: string, metrics: MetricRegistry): CaptureCounts {
  const refusedTokens = metrics.counter(CAPTURE_REFUSED_TOKENS, { processor });
  const markedSpans = metrics.counter(CAPTURE_MARKED_SPANS, { processor });
  return {
    captured: (approved_by, records) =>
      metrics.counter(CAPTURE_CAPTURED_RECORDS, { processor, approved_by }).add(records),
    dropped: (reason, records) =>
      metrics.counter(CAPTURE_DROPPED_RECORDS, { processor, reason }).add(records),
    refusedToken: () => refusedTokens.add(1),
    markedSpan: () => markedSpans.add(1),
  };
}
