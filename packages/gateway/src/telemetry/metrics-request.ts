import type { MetricSnapshot } from "@scrim/pipeline";
import { encodeRequest, type JsonObject } from "@scrim/wire";
import { VERSION } from "../version.ts";

/** AGGREGATION_TEMPORALITY_CUMULATIVE of metrics.proto. */
const CUMULATIVE = 2;

const NS_PER_MS = 1_000_000n;

export interface MetricsRequestOptions {
  readonly resource: Readonly<Record<string, string>>;
  /** Milliseconds since 1970, when counting began. */
  readonly startedAtMs: number;
  readonly nowMs: number;
}

/** Metrics as an OTLP export request: https://opentelemetry.io/docs/specs/otel/metrics/data-model/ */
export function metricsRequest(
  metrics: readonly MetricSnapshot[],
  { resource, startedAtMs, nowMs }: MetricsRequestOptions,
): Buffer {
  const times = { startTimeUnixNano: nanoseconds(startedAtMs), timeUnixNano: nanoseconds(nowMs) };
  return encodeRequest("metrics", {
    resourceMetrics: [
      {
        resource: { attributes: attributesOf(Object.entries(resource)) },
        scopeMetrics: [
          {
            scope: { name: "@scrim/gateway", version: VERSION },
            metrics: metrics.filter(({ series }) => series.length > 0).map((one) => metricOf(one, times)),
          },
        ],
      },
    ],
  });
}

function metricOf({ definition, series }: MetricSnapshot, times: JsonObject): JsonObject {
  const { name, description, unit, kind, labels: names, buckets: explicitBounds } = definition;
  const dataPoints = series.map(({ labels, value, buckets, count }): JsonObject => {
    const attributes = attributesOf(names.map((label, at) => [label, labels[at]!] as const));
    if (kind !== "histogram") return { attributes, ...times, asDouble: value };
    return {
      attributes,
      ...times,
      count: String(count),
      sum: value,
      bucketCounts: buckets.map(String),
      explicitBounds: [...explicitBounds!],
    };
  });
  const described = { name, description, unit };
  if (kind === "gauge") return { ...described, gauge: { dataPoints } };
  if (kind === "histogram")
    return { ...described, histogram: { aggregationTemporality: CUMULATIVE, dataPoints } };
  return { ...described, sum: { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints } };
}

function attributesOf(pairs: readonly (readonly [string, string])[]): JsonObject[] {
  return pairs.map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms)) * NS_PER_MS);
}
