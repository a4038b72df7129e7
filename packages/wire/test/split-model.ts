import type { JsonObject, JsonValue, Signal } from "../src/index.ts";

/** Names that lead from a request to its items, in OTLP's JSON mapping. */
const NAMES: Readonly<Record<Signal, readonly string[]>> = {
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  traces: ["resourceSpans", "scopeSpans", "spans"],
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
  profiles: ["resourceProfiles", "scopeProfiles", "profiles"],
};

const METRIC_DATA = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"];

/**
 * A decoded request as a list: for each item all that is around it, outermost first, and the item; for each data point
 * the metric around it too. However a request is divided, the lists of its parts are together the list of the whole.
 */
export function leavesOf(signal: Signal, request: JsonObject): string[] {
  let paths: JsonObject[][] = [[request]];
  for (const name of NAMES[signal]) paths = paths.flatMap((path) => stepInto(path, name));
  if (signal === "metrics") paths = paths.flatMap(intoDataPoints);
  return paths.map((path) => JSON.stringify(path));
}

function intoDataPoints(path: JsonObject[]): JsonObject[][] {
  const metric = path.at(-1)!;
  const data = METRIC_DATA.find((name) => metric[name] !== undefined);
  if (data === undefined) return [path];
  const points = stepInto(
    [...path.slice(0, -1), without(metric, data), metric[data] as JsonObject],
    "dataPoints",
  );
  return points.length === 0 ? [path] : points;
}

function stepInto(path: JsonObject[], name: string): JsonObject[][] {
  const last = path.at(-1)!;
  const children = (last[name] ?? []) as JsonObject[];
  return children.map((child) => [...path.slice(0, -1), without(last, name), child]);
}

function without(object: JsonObject, name: string): JsonObject {
  const rest: Record<string, JsonValue> = { ...object };
  delete rest[name];
  return rest;
}
