import { expect, test } from "vitest";
import { relativeTime } from "./relative-time.ts";

test.each([
  [0, "now"],
  [1, "in 1s"],
  [-59, "59s ago"],
  [60, "in 1m"],
  [-119, "1m ago"],
  [3_599, "in 59m"],
  [3_600, "in 1h"],
  [-86_399, "23h ago"],
  [86_400, "in 1d"],
  [-30 * 86_400, "30d ago"],
])("%d seconds from now is %s", (distance, text) => {
  expect(relativeTime(1_800_000_000 + distance, 1_800_000_000)).toBe(text);
});
