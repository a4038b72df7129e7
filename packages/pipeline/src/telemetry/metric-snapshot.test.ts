import { expect, test } from "vitest";
import { defineMetric, type MetricDefinition } from "./metric-definition.ts";
import { MetricRegistry } from "./metric-registry.ts";
import { mergeSnapshots, whatRemains } from "./metric-snapshot.ts";

const metric = (name: string, more: Partial<MetricDefinition>): MetricDefinition =>
  defineMetric({ name, kind: "gauge", unit: "1", description: "For a test.", labels: [], ...more });
const METRICS = [
  metric("added", { kind: "counter" }),
  metric("largest", { across: "largest" }),
  metric("smallest", { across: "smallest" }),
  metric("under_way", { interrupted_as: metric("interrupted", { kind: "counter" }) }),
];

/** What a process says whose metrics all have this value. */
function snapshotOf(value: number) {
  const registry = new MetricRegistry();
  registry.counter(METRICS[0]!, {}).add(value);
  for (const gauge of METRICS.slice(1)) registry.gauge(gauge, {}).set(value);
  return registry.snapshot();
}

const valuesOf = (snapshot: ReturnType<typeof snapshotOf>) =>
  Object.fromEntries(snapshot.map(({ definition, series }) => [definition.name, series[0]!.value]));

test("values of several processes become one as their metric says", () => {
  const merged = mergeSnapshots([2, 1, 3].map(snapshotOf));
  expect(valuesOf(merged)).toEqual({
    added: 6,
    largest: 3,
    smallest: 1,
    under_way: 6,
    interrupted: 0,
  });
});

test("of a process that has ended its counters remain, and what was under way is interrupted", () => {
  const first = whatRemains(snapshotOf(5));
  expect(valuesOf(first)).toEqual({ added: 5, interrupted: 5 });
  expect(valuesOf(mergeSnapshots([first, snapshotOf(1), whatRemains(snapshotOf(2))]))).toMatchObject({
    added: 8,
    under_way: 1,
    interrupted: 7,
  });
});
