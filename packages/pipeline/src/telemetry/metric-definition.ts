/**
 * One metric, defined once: the registry, the reference page and the tests read it. Labels are a fixed set, and
 * their values come from configuration and from tables in the code, never from telemetry: what a client sends
 * can't make a series.
 */
export interface MetricDefinition<Label extends string = string> {
  /** As in the Collector, without the `_total` that Prometheus adds to counters. */
  readonly name: string;
  readonly kind: "counter" | "gauge" | "histogram";
  /** A UCUM unit: `s`, `By`, `{items}`. */
  readonly unit: string;
  readonly description: string;
  readonly labels: readonly Label[];
  /** Upper bounds of a histogram's buckets, rising, without the last (+Inf). */
  readonly buckets?: readonly number[];
  /** How the values of several processes become one: they are added up, unless the largest or the smallest stands for all. */
  readonly across?: "largest" | "smallest";
  /** Of a gauge that balances depend on: the counter, of the same labels, that its value goes to when its process ends before others do. */
  readonly interrupted_as?: MetricDefinition<Label>;
}

export function defineMetric<const Label extends string = never>(
  definition: MetricDefinition<Label>,
): MetricDefinition<Label> {
  return definition;
}
