import assert from "node:assert";
import type { MetricDefinition } from "./metric-definition.ts";

/**
 * Series one metric may have. Labels come from configuration and fixed tables, so more means that something
 * leaked into a label: those fall together into one series whose labels all say `other`.
 */
const SERIES_MAX = 2_000;

export type Labels<Label extends string> = Readonly<Record<Label, string>>;

export interface Counter {
  /** @param amount at least 0 */
  add(amount: number): void;
}

export interface Gauge {
  add(amount: number): void;
  set(value: number): void;
}

export interface Histogram {
  record(value: number): void;
}

interface Series {
  readonly labels: readonly string[];
  value: number;
  /** Where the value is read at each scrape instead of kept here. */
  read: (() => number) | undefined;
  /** Histograms: how many values fell into each bucket; the last is +Inf. */
  readonly buckets: number[];
  count: number;
}

interface Metric {
  readonly definition: MetricDefinition;
  readonly series: Map<string, Series>;
}

/** The numbers of one running gateway, and their exposition for Prometheus. */
export class MetricRegistry {
  readonly #metrics = new Map<string, Metric>();

  /** The counter of these labels; the same one every time. */
  counter<Label extends string>(definition: MetricDefinition<Label>, labels: Labels<Label>): Counter {
    assert(definition.kind === "counter");
    const series = this.#series(definition, labels);
    return {
      add: (amount) => {
        assert(amount >= 0, `${definition.name} only goes up`);
        series.value += amount;
      },
    };
  }

  gauge<Label extends string>(definition: MetricDefinition<Label>, labels: Labels<Label>): Gauge {
    assert(definition.kind === "gauge");
    const series = this.#series(definition, labels);
    return {
      add: (amount) => {
        series.value += amount;
      },
      set: (value) => {
        series.value = value;
      },
    };
  }

  histogram<Label extends string>(definition: MetricDefinition<Label>, labels: Labels<Label>): Histogram {
    const bounds = definition.buckets;
    assert(definition.kind === "histogram" && bounds !== undefined);
    const series = this.#series(definition, labels);
    return {
      record: (value) => {
        const found = bounds.findIndex((bound) => value <= bound);
        series.buckets[found < 0 ? bounds.length : found]! += 1;
        series.value += value;
        series.count++;
      },
    };
  }

  /** A counter or gauge whose value is asked for at each scrape. */
  observe<Label extends string>(
    definition: MetricDefinition<Label>,
    labels: Labels<Label>,
    read: () => number,
  ): void {
    this.#series(definition, labels).read = read;
  }

  /** The present value of one counter or gauge; of a histogram the sum. 0 where nothing was recorded yet. */
  value<Label extends string>(definition: MetricDefinition<Label>, labels: Labels<Label>): number {
    const values = definition.labels.map((label) => labels[label]);
    const series = this.#metrics.get(definition.name)?.series.get(values.join("\0"));
    return series?.read?.() ?? series?.value ?? 0;
  }

  /** The sum of a counter or gauge over all series whose labels include `labels`. */
  sum<Label extends string>(
    definition: MetricDefinition<Label>,
    labels: Partial<Labels<Label>> = {},
  ): number {
    let sum = 0;
    for (const series of this.#metrics.get(definition.name)?.series.values() ?? []) {
      const wanted = definition.labels.every(
        (label, at) => labels[label] === undefined || labels[label] === series.labels[at],
      );
      if (wanted) sum += series.read?.() ?? series.value;
    }
    return sum;
  }

  /** All metrics in Prometheus's text format, version 0.0.4. */
  exposition(): string {
    return [...this.#metrics.values()].map(expose).join("");
  }

  #series<Label extends string>(definition: MetricDefinition<Label>, labels: Labels<Label>): Series {
    const metric = this.#metric(definition);
    const values = definition.labels.map((label) => labels[label]);
    const key = values.join("\0");
    const known = metric.series.get(key);
    if (known !== undefined) return known;
    if (metric.series.size < SERIES_MAX) return addSeries(metric, key, values);
    const other = values.fill("other");
    return metric.series.get(other.join("\0")) ?? addSeries(metric, other.join("\0"), other);
  }

  #metric(definition: MetricDefinition): Metric {
    let metric = this.#metrics.get(definition.name);
    if (metric === undefined) {
      metric = { definition, series: new Map() };
      this.#metrics.set(definition.name, metric);
    }
    assert(metric.definition === definition, `${definition.name} is defined twice`);
    return metric;
  }
}

function addSeries(metric: Metric, key: string, labels: readonly string[]): Series {
  const buckets = new Array<number>((metric.definition.buckets?.length ?? 0) + 1).fill(0);
  const series: Series = { labels, value: 0, read: undefined, buckets, count: 0 };
  metric.series.set(key, series);
  return series;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
function expose({ definition, series }: Metric): string {
  const { kind, description, unit } = definition;
  const name = kind === "counter" ? `${definition.name}_total` : definition.name;
  const lines = [`# HELP ${name} ${escapeHelp(`${description} [${unit}]`)}`, `# TYPE ${name} ${kind}`];
  for (const one of series.values()) {
    const pairs = definition.labels.map((label, at) => `${label}="${escapeLabel(one.labels[at]!)}"`);
    if (kind === "histogram") lines.push(...histogramLines(name, definition.buckets!, one, pairs));
    else lines.push(`${name}${braced(pairs)} ${one.read?.() ?? one.value}`);
  }
  return `${lines.join("\n")}\n`;
}

function histogramLines(
  name: string,
  bounds: readonly number[],
  series: Series,
  pairs: readonly string[],
): string[] {
  let below = 0;
  const lines = series.buckets.map((count, at) => {
    below += count;
    return `${name}_bucket${braced([...pairs, `le="${bounds[at] ?? "+Inf"}"`])} ${below}`;
  });
  lines.push(`${name}_sum${braced(pairs)} ${series.value}`, `${name}_count${braced(pairs)} ${series.count}`);
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
