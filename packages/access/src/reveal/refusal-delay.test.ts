import fc from "fast-check";
import { expect, test } from "vitest";
import { refusalDelayMs } from "./refusal-delay.ts";

test.each([
  [0, 25],
  [0.2, 25],
  [24.9, 1],
  [25, 0],
  [25.1, 25],
  [60, 15],
])("what took %d ms waits %d more", (elapsedMs, delayMs) => {
  expect(refusalDelayMs(elapsedMs)).toBe(delayMs);
});

test("however long it took, it leaves at a step, or less than a millisecond behind", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (elapsedMs) => {
      const leavesAt = elapsedMs + refusalDelayMs(elapsedMs);
      expect(leavesAt).toBeGreaterThanOrEqual(25);
      expect(leavesAt % 25).toBeLessThan(1);
    }),
  );
});
