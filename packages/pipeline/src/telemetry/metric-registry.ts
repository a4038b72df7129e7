import assert from "node:assert";
import type { MetricDefinition } from "./metric-definition.ts";
import { expositionOf, type MetricSnapshot } from "./metric-snapshot.ts";

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
  #metrics = new Map<string, Metric>();
  /** Where observing waits, as in {@link staged}. */
  #waiting: (() => void)[] | undefined;
  #others: (() => Promise<readonly MetricSnapshot[] | undefined>) | undefined;

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
    const series = this.#series(definition, labels);
    const take = () => {
      series.read = read;
    };
    if (this.#waiting === undefined) take();
    else this.#waiting.push(take);
  }

  /**
   * The same numbers, for components that may yet be given up: what they have {@link observe}d is asked only after `commit`,
   * so that they don't take the place of those that run.
   */
  staged(): { readonly metrics: MetricRegistry; commit(): void } {
    const metrics = new MetricRegistry();
    const waiting: (() => void)[] = [];
    metrics.#metrics = this.#metrics;
    metrics.#others = () => this.together();
    metrics.#waiting = waiting;
    return {
      metrics,
      commit() {
        metrics.#waiting = undefined;
        for (const take of waiting.splice(0)) take();
      },
    };
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
    return expositionOf(this.snapshot());
  }

  /** All metrics as they are now. */
  snapshot(): readonly MetricSnapshot[] {
    return [...this.#metrics.values()].map(({ definition, series }) => ({
      definition,
      series: [...series.values()].map(({ labels, value, read, buckets, count }) => ({
        labels,
        value: read?.() ?? value,
        buckets: [...buckets],
        count,
      })),
    }));
  }

  /**
   * Those of all processes that work together, as one's; its own where it works alone. Undefined where others
   * don't answer.
   */
  async together(): Promise<readonly MetricSnapshot[] | undefined> {
    return this.#others === undefined ? this.snapshot() : await this.#others();
  }

  /** From now on `ask` says what all processes count that work together, this one among them. */
  joinOthers(ask: () => Promise<readonly MetricSnapshot[] | undefined>): void {
    this.#others = ask;
  }

  #series<Label extends string>(definition: MetricDefinition<Label>, labels: Labels<Label>): Series {
    const metric = this.#metric(definition);
    const values = definition.labels.map((label) => labels[label]);
    const key = values.join("\0");
    const known = metric.series.get(key);
    if (known !== undefined) return known;
    // It is there from the start, so that the first that goes to it is seen as a rise.
    if (definition.interrupted_as !== undefined) this.#series(definition.interrupted_as, labels);
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
