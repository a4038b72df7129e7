import { expect, test } from "vitest";
import { NOW, TRACE_ID } from "../test/fixtures.ts";
import { GrantSchema } from "./grant.ts";

const BASE = {
  id: "00112233aabbccdd",
  kind: "capture",
  selector: { trace_ids: [TRACE_ID] },
  level: "debug",
  not_before: NOW,
  expires_at: NOW + 60,
};
const ON_ERROR = { selector: { on_error: { traces_per_min: 5 } }, lookback_s: 30 };

test.each<[name: string, changes: object]>([
  ["traces", {}],
  ["a predicate with its number of traces", { selector: { where: "a == 1" }, traces_max: 5 }],
  ["errors with a rate and a lookback", ON_ERROR],
  [
    "errors with a predicate",
    { ...ON_ERROR, selector: { on_error: { traces_per_min: 600, where: "a == 1" } } },
  ],
])("a grant for %s is one", (_, changes) => {
  expect(GrantSchema.safeParse({ ...BASE, ...changes }).success).toBe(true);
});

test.each<[name: string, changes: object, path: string]>([
  ["no traces", { selector: { trace_ids: [] } }, "selector.trace_ids"],
  ["a predicate without a number of traces", { selector: { where: "a == 1" } }, "traces_max"],
  ["errors without a rate", { ...ON_ERROR, selector: { on_error: {} } }, "selector"],
  ["errors with no rate at all", { ...ON_ERROR, selector: { on_error: { traces_per_min: 0 } } }, "selector"],
  ["errors with any rate", { ...ON_ERROR, selector: { on_error: { traces_per_min: 601 } } }, "selector"],
  ["errors without a lookback", { ...ON_ERROR, lookback_s: 0 }, "lookback_s"],
  ["errors with a number of traces", { ...ON_ERROR, traces_max: 5 }, "traces_max"],
  ["two kinds at once", { selector: { where: "a", on_error: { traces_per_min: 1 } } }, "selector"],
  ["a life that ends before it begins", { expires_at: NOW }, "expires_at"],
])("a grant for %s is none", (_, changes, path) => {
  const { error } = GrantSchema.safeParse({ ...BASE, ...changes });
  expect(error?.issues.map((issue) => issue.path.join(".")).some((each) => each.startsWith(path))).toBe(true);
});
