import { expect, test, vi } from "vitest";
import { periodically } from "./periodically.ts";

test("the end comes in its time, whatever hangs, and nothing is sent twice at once", async () => {
  let begun = 0;
  const hanging = periodically(1, 60_000, () => {
    begun++;
    return new Promise(() => {});
  });
  hanging.start();
  await vi.waitFor(() => expect(begun).toBe(1));
  await hanging.stop(20);
  expect(begun).toBe(1);
});

test("the last word is sent within what is left of the time; none where nothing has begun, or no time is left", async () => {
  const times: number[] = [];
  const make = () => periodically(60_000, 60_000, async (timeLeftMs) => times.push(timeLeftMs));
  await make().stop(1_000.5);
  const rushed = make();
  rushed.start();
  await rushed.stop(0);
  expect(times).toEqual([]);
  const orderly = make();
  orderly.start();
  await orderly.stop(1_000.5);
  await orderly.stop(1_000.5);
  expect(times).toEqual([expect.any(Number)]);
  expect(times[0]! > 0 && times[0]! <= 1_000.5).toBe(true);
});

test("what fails is left to the next time", async () => {
  let nth = 0;
  const failing = periodically(1, 1_000, async () => {
    nth++;
    throw new Error("no");
  });
  failing.start();
  await vi.waitFor(() => expect(nth).toBeGreaterThan(2));
  await failing.stop(1_000);
});
