import type { MetricDefinition } from "./metric-definition.ts";

/** The numbers of one series at one moment. */
interface SeriesSnapshot {
  /** Values of the definition's labels, in their order. */
  readonly labels: readonly string[];
  /** Of a histogram the sum. */
  readonly value: number;
  /** Histograms: how many values fell into each bucket; the last is +Inf. */
  readonly buckets: readonly number[];
  readonly count: number;
}

/** One metric at one moment: plain data, so that it can go from process to process. */
export interface MetricSnapshot {
  readonly definition: MetricDefinition;
  readonly series: readonly SeriesSnapshot[];
}

/**
 * What several processes count, as one would: sums, but for gauges that say what something is rather than how much there
 * is of it, of which the largest stands.
 */
export function mergeSnapshots(processes: readonly (readonly MetricSnapshot[])[]): readonly MetricSnapshot[] {
  const merged = new Map<string, { definition: MetricDefinition; series: Map<string, SeriesSnapshot> }>();
  for (const { definition, series } of processes.flat()) {
    let metric = merged.get(definition.name);
    if (metric === undefined) {
      metric = { definition, series: new Map() };
      merged.set(definition.name, metric);
    }
    for (const one of series) {
      const key = one.labels.join("\0");
      const known = metric.series.get(key);
      metric.series.set(key, known === undefined ? one : merge(definition, known, one));
    }
  }
  return [...merged.values()].map(({ definition, series }) => ({ definition, series: [...series.values()] }));
}

function merge({ across }: MetricDefinition, a: SeriesSnapshot, b: SeriesSnapshot): SeriesSnapshot {
  return {
    labels: a.labels,
    value: together(across, a.value, b.value),
    buckets: a.buckets.map((count, at) => count + (b.buckets[at] ?? 0)),
    count: a.count + b.count,
  };
}

function together(across: MetricDefinition["across"], a: number, b: number): number {
  if (across === undefined) return a + b;
  return across === "largest" ? Math.max(a, b) : Math.min(a, b);
}

/** What of a process stays counted when it has ended: gauges tell of what is, but what was under way is interrupted. */
export function whatRemains(snapshot: readonly MetricSnapshot[]): readonly MetricSnapshot[] {
  const counted = snapshot.filter(
    ({ definition }) => definition.kind !== "gauge" && definition.across === undefined,
  );
  const interrupted = snapshot.flatMap(({ definition, series }) =>
    definition.interrupted_as === undefined ? [] : [{ definition: definition.interrupted_as, series }],
  );
  return mergeSnapshots([counted, interrupted]);
}

/** Prometheus's text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function expositionOf(metrics: readonly MetricSnapshot[]): string {
  return metrics.map(expose).join("");
}

function expose({ definition, series }: MetricSnapshot): string {
  const { kind, description, unit } = definition;
  const name = kind === "counter" ? `${definition.name}_total` : definition.name;
  const lines = [`# HELP ${name} ${escapeHelp(`${description} [${unit}]`)}`, `# TYPE ${name} ${kind}`];
  for (const one of series) {
    const pairs = definition.labels.map((label, at) => `${label}="${escapeLabel(one.labels[at]!)}"`);
    if (kind === "histogram") lines.push(...histogramLines(name, definition.buckets!, one, pairs));
    else lines.push(`${name}${braced(pairs)} ${one.value}`);
  }
  return `${lines.join("\n")}\n`;
}

function histogramLines(
  name: string,
  bounds: readonly number[],
  { buckets, value, count }: SeriesSnapshot,
  pairs: readonly string[],
): string[] {
  let below = 0;
  const lines = buckets.map((inBucket, at) => {
    below += inBucket;
    return `${name}_bucket${braced([...pairs, `le="${bounds[at] ?? "+Inf"}"`])} ${below}`;
  });
  lines.push(`${name}_sum${braced(pairs)} ${value}`, `${name}_count${braced(pairs)} ${count}`);
  return lines;
}

function braced(pairs: readonly string[]): string {
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
