import { expect, test } from "vitest";
import { restartPause } from "./primary.ts";

test("a worker that ends over and over comes back ever more seldom, and soon where it is the last one", () => {
  const pauses = (isLast: boolean) =>
    [0, 1, 3, 4, 8, 9, 2_000].map((failures) => restartPause(failures, isLast));
  expect(pauses(false)).toEqual([100, 200, 800, 1_600, 25_600, 30_000, 30_000]);
  expect(pauses(true)).toEqual([100, 200, 800, 1_000, 1_000, 1_000, 1_000]);
});
