import fc from "fast-check";
import { expect, test } from "vitest";
import { numbersIn, requestBytes } from "../../bench/gateway/numbered-request.ts";
import { quantile, runLoad } from "../../bench/gateway/paced-load.ts";

const PACE = { rate: 200, at_once: 1_000, duration_ms: 1_000, warm_up_ms: 0 };

test("a server that stops for a while is seen by every request that was due meanwhile", async () => {
  const stopped = new Promise((resolve) => setTimeout(resolve, 600));
  const { answers, latencies_ms } = await runLoad(PACE, async () => {
    await stopped;
    return "acknowledged";
  });
  expect(answers.acknowledged).toBe(200);
  // A client that waits for one answer before the next request would see it once.
  expect(latencies_ms.filter((ms) => ms > 300).length).toBeGreaterThan(30);
});

test("a client that can't be at so many requests says so, and does not slow down", async () => {
  const { answers } = await runLoad(
    { ...PACE, at_once: 10 },
    () => new Promise((resolve) => setTimeout(resolve, 300, "acknowledged")),
  );
  expect(answers.acknowledged + answers.unanswered).toBe(200);
  expect(answers.unanswered).toBeGreaterThan(50);
});

test("what is sent while it warms up doesn't count", async () => {
  const { answers } = await runLoad({ ...PACE, warm_up_ms: 500 }, async () => "acknowledged");
  expect(answers.acknowledged).toBeGreaterThan(150);
  expect(answers.acknowledged).toBeLessThan(250);
});

test("quantiles are values that occurred", () => {
  const values = Array.from({ length: 100 }, (_, n) => n + 1);
  expect([0, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 50, 99, 100]);
  expect(quantile([], 0.5)).toBeNaN();
});

test("the numbers of a request's records are read back from its bytes, by either protocol", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("http" as const, "grpc" as const),
      fc.integer({ min: 0, max: 5_000_000 }),
      fc.integer({ min: 1, max: 300 }),
      (protocol, request, records) => {
        const numbers = [...numbersIn(requestBytes(protocol, request, records))];
        expect(numbers).toEqual(Array.from({ length: records }, (_, nth) => request * records + nth));
      },
    ),
    { numRuns: 50 },
  );
});
