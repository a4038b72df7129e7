import { KEY_VALUE, METRIC } from "@scrim/wire";
import { fieldRanges, type Range } from "./field-ranges.ts";

/** `ExportMetricsServiceRequest.resource_metrics`, `.scope_metrics`, `.metrics`. */
const TO_METRICS = [1, 2, 2] as const;

/** Each kind of data that a metric may have: its field, and that of the attributes in its points. */
const KINDS: readonly (readonly [data: number, attributes: number])[] = METRIC.fields.flatMap((field) => {
  const points = field?.message?.fields[1];
  if (field === undefined || points?.name !== "data_points") return [];
  const attributes = points.message?.fields.findIndex((candidate) => candidate?.message === KEY_VALUE) ?? -1;
  return attributes < 0 ? [] : [[field.number, attributes] as const];
});

/**
 * How many series of metrics a redaction made equal to another one of the same metric: sets of attributes that were
 * different before, and no longer are. Both are export requests of metrics in protobuf, one with the edits made.
 */
export function mergedSeries(before: Buffer, after: Buffer): number {
  const metrics = metricsIn(before);
  const redacted = metricsIn(after); // as many, in the same order: redaction takes none out
  let merged = 0;
  for (const [index, range] of metrics.entries()) {
    const now = redacted[index];
    if (now === undefined || before.compare(after, now[0], now[1], range[0], range[1]) === 0) continue;
    merged += Math.max(0, seriesIn(before, range) - seriesIn(after, now));
  }
  return merged;
}

function metricsIn(bytes: Buffer): Range[] {
  let ranges: Range[] = [[0, bytes.length]];
  for (const field of TO_METRICS) ranges = ranges.flatMap((range) => fieldRanges(bytes, range, field));
  return ranges;
}

/** Different sets of attributes in a metric. */
function seriesIn(bytes: Buffer, metric: Range): number {
  const series = new Set<string>();
  for (const [data, attributes] of KINDS) {
    for (const kind of fieldRanges(bytes, metric, data)) {
      for (const point of fieldRanges(bytes, kind, 1)) {
        series.add(`${data} ${nameOf(bytes, fieldRanges(bytes, point, attributes))}`);
      }
    }
  }
  return series.size;
}

/** The same for the same attributes in any order. Two that differ share one by chance of 1 in 2⁶⁴. */
function nameOf(bytes: Buffer, attributes: readonly Range[]): string {
  let first = 0;
  let second = 0;
  for (const [start, end] of attributes) {
    let a = 0x811c9dc5;
    let b = 0x2f0b4c47;
    for (let at = start; at < end; at++) {
      a = Math.imul(a ^ bytes[at]!, 0x01000193);
      b = Math.imul(b ^ bytes[at]!, 0x5bd1e995) ^ (b >>> 15);
    }
    first = (first + a) | 0;
    second = (second + b) | 0;
  }
  return `${attributes.length} ${first} ${second}`;
}
