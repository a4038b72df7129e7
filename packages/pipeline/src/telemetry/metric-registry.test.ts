import { expect, test } from "vitest";
import { defineMetric, type MetricDefinition } from "./metric-definition.ts";
import { MetricRegistry } from "./metric-registry.ts";
import * as pipelineMetrics from "./pipeline-metrics.ts";
import { observeProcess, PROCESS_METRICS } from "./process-metrics.ts";

const REQUESTS = defineMetric({
  name: "test_requests",
  kind: "counter",
  unit: "{requests}",
  description: "Requests\nin two lines.",
  labels: ["who", "what"],
});

const SECONDS = defineMetric({
  name: "test_seconds",
  kind: "histogram",
  unit: "s",
  description: "Seconds.",
  labels: ["who"],
  buckets: [0.1, 1],
});

test("counters are exposed with _total, help, type and escaped labels", () => {
  const metrics = new MetricRegistry();
  metrics.counter(REQUESTS, { who: 'a"\\\n', what: "b" }).add(2);
  metrics.counter(REQUESTS, { who: 'a"\\\n', what: "b" }).add(1);
  expect(metrics.exposition()).toBe(
    [
      "# HELP test_requests_total Requests\\nin two lines. [{requests}]",
      "# TYPE test_requests_total counter",
      'test_requests_total{who="a\\"\\\\\\n",what="b"} 3',
      "",
    ].join("\n"),
  );
});

test("histograms are cumulative and end with +Inf", () => {
  const metrics = new MetricRegistry();
  const seconds = metrics.histogram(SECONDS, { who: "a" });
  for (const value of [0.05, 0.1, 0.5, 2]) seconds.record(value);
  expect(metrics.exposition().split("\n").slice(2, 7)).toEqual([
    'test_seconds_bucket{who="a",le="0.1"} 2',
    'test_seconds_bucket{who="a",le="1"} 3',
    'test_seconds_bucket{who="a",le="+Inf"} 4',
    'test_seconds_sum{who="a"} 2.65',
    'test_seconds_count{who="a"} 4',
  ]);
});

test("series past the bound fall together into one", () => {
  const metrics = new MetricRegistry();
  for (let n = 0; n < 3_000; n++) metrics.counter(REQUESTS, { who: String(n), what: "x" }).add(1);
  expect(metrics.exposition().split("\n").length).toBeLessThan(2_010);
  expect(metrics.value(REQUESTS, { who: "other", what: "other" })).toBe(1_000);
  expect(metrics.sum(REQUESTS)).toBe(3_000);
});

test("a counter never goes down", () => {
  const counter = new MetricRegistry().counter(REQUESTS, { who: "a", what: "b" });
  expect(() => counter.add(-1)).toThrow("only goes up");
});

test("the process is observed at each scrape", () => {
  const metrics = new MetricRegistry();
  observeProcess(metrics);
  expect(metrics.exposition()).toMatch(/\notelcol_process_memory_rss [1-9]\d{6,}\n/);
  expect(metrics.exposition()).toMatch(/\notelcol_process_cpu_seconds_total \d/);
});

test("every metric is defined once, says what it is, and names its unit", () => {
  const definitions = [...Object.values(pipelineMetrics), PROCESS_METRICS]
    .flatMap((value): unknown[] => ("name" in value ? [value] : Object.values(value)))
    .filter(
      (value): value is MetricDefinition => typeof value === "object" && value !== null && "kind" in value,
    );
  expect(definitions.length).toBeGreaterThan(30);
  expect(new Set(definitions.map(({ name }) => name)).size).toBe(definitions.length);
  for (const { name, description, unit } of definitions) {
    expect(name).toMatch(/^(otelcol|scrim)_[a-z_]+$/);
    expect(description).toMatch(/^[A-Z1].*\.$/);
    expect(unit).toMatch(/^(s|By|\{[a-z_]+\})$/);
  }
});
