import { jsonToProto } from "@scrim/wire";
import { expect, test } from "vitest";
import { planOf } from "../test/plans.ts";
import { createRedactor } from "./index.ts";

type Point = Readonly<Record<string, string>>;

/** A request with a metric for each list of points, as a sum and as a histogram. */
function metricsOf(...metrics: readonly (readonly Point[])[]): Buffer {
  const points = (list: readonly Point[]) =>
    list.map((attributes) => ({
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
    }));
  const list = metrics.flatMap((metric, n) => [
    { name: `sum ${n}`, sum: { dataPoints: points(metric) } },
    { name: `histogram ${n}`, histogram: { dataPoints: points(metric) } },
  ]);
  return jsonToProto(
    "metrics",
    Buffer.from(JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: list }] }] })),
  );
}

const merged = (policy: string, batch: Buffer) =>
  createRedactor(planOf(policy)).redact("metrics", batch).counts.merged_series;

test.each<[name: string, metrics: readonly (readonly Point[])[], expected: number]>([
  [
    "points that a mask makes equal",
    [[{ "user.email": "a" }, { "user.email": "b" }, { "user.email": "c" }]],
    2 * 2,
  ],
  [
    "points that other attributes keep apart",
    [
      [
        { "user.email": "a", n: "1" },
        { "user.email": "b", n: "2" },
      ],
    ],
    0,
  ],
  ["points that were equal before", [[{ "user.email": "a" }, { "user.email": "a" }]], 0],
  ["points of different metrics", [[{ "user.email": "a" }], [{ "user.email": "b" }]], 0],
  [
    "attributes in another order",
    [
      [
        { "user.email": "a", n: "1" },
        { n: "1", "user.email": "b" },
      ],
    ],
    2,
  ],
  [
    "addresses of one network",
    [[{ "client.address": "203.0.113.7" }, { "client.address": "203.0.113.8" }]],
    2,
  ],
  ["nothing to redact", [[{ n: "1" }, { n: "2" }]], 0],
])("%s", (_, metrics, expected) => {
  expect(merged("", metricsOf(...metrics))).toBe(expected);
});

test("a pseudonym keeps them apart", () => {
  const batch = metricsOf([{ "user.email": "a@leak.example" }, { "user.email": "b@leak.example" }]);
  expect(merged("classes: { direct_identifier: pseudonym }", batch)).toBe(0);
});
