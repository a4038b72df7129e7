import { message } from "../message-type.ts";
import { INSTRUMENTATION_SCOPE, KEY_VALUE, REPEATED, RESOURCE, SPAN_ID, TRACE_ID } from "./common.ts";

/** opentelemetry/proto/metrics/v1/metrics.proto */

const OPTIONAL = { optional: true } as const;

const EXEMPLAR = message("Exemplar", [
  [2, "time_unix_nano", "fixed64"],
  [3, "as_double", "double", { oneof: "value" }],
  [4, "span_id", "bytes", SPAN_ID],
  [5, "trace_id", "bytes", TRACE_ID],
  [6, "as_int", "sfixed64", { oneof: "value" }],
  [7, "filtered_attributes", KEY_VALUE, REPEATED],
]);

export const NUMBER_DATA_POINT = message("NumberDataPoint", [
  [2, "start_time_unix_nano", "fixed64"],
  [3, "time_unix_nano", "fixed64"],
  [4, "as_double", "double", { oneof: "value" }],
  [5, "exemplars", EXEMPLAR, REPEATED],
  [6, "as_int", "sfixed64", { oneof: "value" }],
  [7, "attributes", KEY_VALUE, REPEATED],
  [8, "flags", "uint32"],
]);

export const HISTOGRAM_DATA_POINT = message("HistogramDataPoint", [
  [2, "start_time_unix_nano", "fixed64"],
  [3, "time_unix_nano", "fixed64"],
  [4, "count", "fixed64"],
  [5, "sum", "double", OPTIONAL],
  [6, "bucket_counts", "fixed64", REPEATED],
  [7, "explicit_bounds", "double", REPEATED],
  [8, "exemplars", EXEMPLAR, REPEATED],
  [9, "attributes", KEY_VALUE, REPEATED],
  [10, "flags", "uint32"],
  [11, "min", "double", OPTIONAL],
  [12, "max", "double", OPTIONAL],
]);

const BUCKETS = message("ExponentialHistogramDataPoint.Buckets", [
  [1, "offset", "sint32"],
  [2, "bucket_counts", "uint64", REPEATED],
]);

export const EXPONENTIAL_HISTOGRAM_DATA_POINT = message("ExponentialHistogramDataPoint", [
  [1, "attributes", KEY_VALUE, REPEATED],
  [2, "start_time_unix_nano", "fixed64"],
  [3, "time_unix_nano", "fixed64"],
  [4, "count", "fixed64"],
  [5, "sum", "double", OPTIONAL],
  [6, "scale", "sint32"],
  [7, "zero_count", "fixed64"],
  [8, "positive", BUCKETS],
  [9, "negative", BUCKETS],
  [10, "flags", "uint32"],
  [11, "exemplars", EXEMPLAR, REPEATED],
  [12, "min", "double", OPTIONAL],
  [13, "max", "double", OPTIONAL],
  [14, "zero_threshold", "double"],
]);

const VALUE_AT_QUANTILE = message("SummaryDataPoint.ValueAtQuantile", [
  [1, "quantile", "double"],
  [2, "value", "double"],
]);

export const SUMMARY_DATA_POINT = message("SummaryDataPoint", [
  [2, "start_time_unix_nano", "fixed64"],
  [3, "time_unix_nano", "fixed64"],
  [4, "count", "fixed64"],
  [5, "sum", "double"],
  [6, "quantile_values", VALUE_AT_QUANTILE, REPEATED],
  [7, "attributes", KEY_VALUE, REPEATED],
  [8, "flags", "uint32"],
]);

const GAUGE = message("Gauge", [[1, "data_points", NUMBER_DATA_POINT, REPEATED]]);

const SUM = message("Sum", [
  [1, "data_points", NUMBER_DATA_POINT, REPEATED],
  [2, "aggregation_temporality", "enum"],
  [3, "is_monotonic", "bool"],
]);

const HISTOGRAM = message("Histogram", [
  [1, "data_points", HISTOGRAM_DATA_POINT, REPEATED],
  [2, "aggregation_temporality", "enum"],
]);

const EXPONENTIAL_HISTOGRAM = message("ExponentialHistogram", [
  [1, "data_points", EXPONENTIAL_HISTOGRAM_DATA_POINT, REPEATED],
  [2, "aggregation_temporality", "enum"],
]);

const SUMMARY = message("Summary", [[1, "data_points", SUMMARY_DATA_POINT, REPEATED]]);

export const METRIC = message("Metric", [
  [1, "name", "string"],
  [2, "description", "string"],
  [3, "unit", "string"],
  [5, "gauge", GAUGE, { oneof: "data" }],
  [7, "sum", SUM, { oneof: "data" }],
  [9, "histogram", HISTOGRAM, { oneof: "data" }],
  [10, "exponential_histogram", EXPONENTIAL_HISTOGRAM, { oneof: "data" }],
  [11, "summary", SUMMARY, { oneof: "data" }],
  [12, "metadata", KEY_VALUE, REPEATED],
]);

const SCOPE_METRICS = message("ScopeMetrics", [
  [1, "scope", INSTRUMENTATION_SCOPE],
  [2, "metrics", METRIC, REPEATED],
  [3, "schema_url", "string"],
]);

const RESOURCE_METRICS = message("ResourceMetrics", [
  [1, "resource", RESOURCE],
  [2, "scope_metrics", SCOPE_METRICS, REPEATED],
  [3, "schema_url", "string"],
]);

export const EXPORT_METRICS_REQUEST = message("ExportMetricsServiceRequest", [
  [1, "resource_metrics", RESOURCE_METRICS, REPEATED],
]);
