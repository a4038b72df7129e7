import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { ExportResult } from "../component.ts";
import type { Clock } from "./clock.ts";
import { RetryOnFailure, retry } from "./retry.ts";

/** A clock that only moves when somebody sleeps. */
function fakeClock(random = 0.5): Clock & { readonly sleeps: number[] } {
  let now = 0;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => now,
    sleep: async (ms) => {
      sleeps.push(ms);
      now += ms;
    },
    random: () => random,
  };
}

const DOWN: ExportResult = { status: "failed", retryable: true, reason: "down" };
const DONE: ExportResult = { status: "delivered", rejected: 0 };

test("77: waits grow exponentially up to the longest, and end before the time is up", async () => {
  const clock = fakeClock();
  const config = RetryOnFailure.parse({});
  expect(await retry(config, async () => DOWN, clock)).toBe(DOWN);
  expect(clock.sleeps).toEqual([250, 500, 1_000, 2_000]);
  expect(clock.now()).toBeLessThan(5_000);
});

test("77: each wait is random within its factor, and never longer than the longest", async () => {
  const [shortest, longest] = [fakeClock(0), fakeClock(0.9999)];
  for (const clock of [shortest, longest]) {
    let attempts = 0;
    const attempt = async (): Promise<ExportResult> => (attempts++ < 3 ? DOWN : DONE);
    await retry(RetryOnFailure.parse({ max_interval: "800ms" }), attempt, clock);
  }
  expect([shortest.sleeps[0], Math.round(longest.sleeps[0]!)]).toEqual([1, 500]);
  expect(Math.max(...longest.sleeps)).toBe(800);
});

test("57, 76: the backoff comes after what was asked for", async () => {
  const clock = fakeClock();
  let attempts = 0;
  const attempt = async (): Promise<ExportResult> =>
    attempts++ === 0 ? { ...DOWN, retry_after_ms: 3_000 } : DONE;
  expect(await retry(RetryOnFailure.parse({}), attempt, clock)).toBe(DONE);
  expect(clock.sleeps).toEqual([3_250]);
});

test("what can't succeed is not tried again, and nothing is where retries are off", async () => {
  for (const [config, result] of [
    [{}, { status: "failed", retryable: false, reason: "refused" }],
    [{ enabled: false }, DOWN],
    [{}, { status: "delivered", rejected: 5 }],
  ] as const) {
    const attempt = vi.fn(async () => result);
    const clock = fakeClock();
    await retry(RetryOnFailure.parse(config), attempt, clock);
    expect([attempt.mock.calls.length, clock.sleeps]).toEqual([1, []]);
  }
});

test("any settings: attempts are told the time left, and it is never over", async () => {
  const property = fc.asyncProperty(
    fc.integer({ min: 1, max: 5_000 }),
    fc.integer({ min: 1, max: 60_000 }),
    fc.double({ min: 1, max: 10, noNaN: true }),
    fc.double({ min: 0.05, max: 0.999, noNaN: true }),
    async (initialMs, elapsedMs, multiplier, random) => {
      const config = RetryOnFailure.parse({
        initial_interval: `${initialMs}ms`,
        max_elapsed_time: `${elapsedMs}ms`,
        multiplier,
      });
      const attempt = vi.fn(async (_leftMs: number) => DOWN);
      await retry(config, attempt, fakeClock(random));
      expect(attempt.mock.calls.every(([leftMs]) => 0 < leftMs && leftMs <= elapsedMs)).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: 100 });
});
