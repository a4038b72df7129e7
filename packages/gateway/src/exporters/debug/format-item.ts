import type { PlacedItem } from "@scrim/pipeline";
import type { JsonObject, JsonValue, Signal } from "@scrim/wire";
import { findAttribute, formatAttributes, formatValue, listOf } from "./format-value.ts";

/** Lines for one log record, span, metric or profile: time, severity or kind, service, what it says, attributes. */
export function formatItem(signal: Signal, placed: PlacedItem): string[] {
  const service = findAttribute(placed.resource.attributes, "service.name") ?? "-";
  switch (signal) {
    case "logs":
      return [formatLog(placed.item, service)];
    case "traces":
      return [formatSpan(placed.item, service)];
    case "metrics":
      return formatMetric(placed.item, service);
    case "profiles":
      return [formatProfile(placed.item, service)];
  }
}

/** What stands around a record: ids, scope and resource. */
export function formatPlace({ item, scope, resource }: PlacedItem): string[] {
  return [
    ...(item.traceId === undefined ? [] : [line(["  trace", item.traceId, "span", item.spanId])]),
    line(["  scope", scope.name, scope.version, ...formatAttributes(scope.attributes)]),
    line(["  resource", ...formatAttributes(resource.attributes)]),
  ];
}

const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

/** 1 to 24, four numbers to each name. https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
function severityOf({ severityNumber, severityText }: JsonObject): JsonValue {
  return severityText ?? SEVERITIES[Math.floor((Number(severityNumber ?? 0) - 1) / 4)] ?? "-";
}

function formatLog(record: JsonObject, service: string): string {
  return line([
    formatTime(record.timeUnixNano ?? record.observedTimeUnixNano),
    String(severityOf(record)).padEnd(5),
    service,
    record.eventName,
    formatValue(record.body as JsonObject | undefined),
    ...formatAttributes(record.attributes),
  ]);
}

function formatSpan(span: JsonObject, service: string): string {
  const status = span.status as JsonObject | undefined;
  return line([
    formatTime(span.startTimeUnixNano),
    "SPAN ",
    service,
    span.name,
    formatDuration(span.startTimeUnixNano, span.endTimeUnixNano),
    status?.code === 2 ? `error ${status.message ?? ""}` : undefined,
    ...formatAttributes(span.attributes),
  ]);
}

/** A line for each data point, of whatever kind the metric is. */
function formatMetric(metric: JsonObject, service: string): string[] {
  const data = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"].flatMap((kind) =>
    listOf((metric[kind] as JsonObject | undefined)?.dataPoints),
  );
  return data.map((point) =>
    line([
      formatTime(point.timeUnixNano),
      "METRIC",
      service,
      metric.name,
      point.asInt ?? point.asDouble ?? `count=${point.count ?? 0} sum=${point.sum ?? "-"}`,
      metric.unit,
      ...formatAttributes(point.attributes),
    ]),
  );
}

function formatProfile(profile: JsonObject, service: string): string {
  const samples = listOf(profile.samples ?? profile.sample).length;
  return line([formatTime(profile.timeUnixNano), "PROFILE", service, `samples=${samples}`]);
}

function line(parts: readonly (JsonValue | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== "").join(" ");
}

const NANOS_PER_MS = 1_000_000n;

function formatTime(nanos: JsonValue | undefined): string {
  if (nanos === undefined) return "-";
  return new Date(Number(BigInt(String(nanos)) / NANOS_PER_MS)).toISOString();
}

function formatDuration(start: JsonValue | undefined, end: JsonValue | undefined): string | undefined {
  if (start === undefined || end === undefined) return undefined;
  const nanos = BigInt(String(end)) - BigInt(String(start));
  return `${Number(nanos) / Number(NANOS_PER_MS)}ms`;
}
