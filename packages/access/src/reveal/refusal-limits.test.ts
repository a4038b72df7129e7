import fc from "fast-check";
import { expect, test } from "vitest";
import { TestClock } from "../../testing/reveal-service.ts";
import { RefusalLimits } from "./refusal-limits.ts";

const DAY_S = 86_400;

test("so many are let through at once, and so many more a minute and a day", () => {
  const clock = new TestClock();
  const limits = new RefusalLimits({ perMin: 2, perDay: 4 }, clock);
  expect([limits.pay("a"), limits.pay("a"), limits.pay("a")]).toEqual([undefined, undefined, 30]);
  expect(limits.pay("b")).toBe(undefined);
  clock.advance(60);
  expect([limits.pay("a"), limits.pay("a")]).toEqual([undefined, undefined]);
  clock.advance(60);
  expect(limits.pay("a")).toBeGreaterThan(DAY_S / 5); // the day's are used up
});

test("what is given back can be paid again, and no more than that", () => {
  const limits = new RefusalLimits({ perMin: 2, perDay: 10 }, new TestClock());
  for (let i = 0; i < 100; i++) {
    expect(limits.pay("a")).toBe(undefined);
    limits.giveBack("a");
  }
  limits.giveBack("a");
  expect([limits.pay("a"), limits.pay("a"), limits.pay("a")]).toEqual([undefined, undefined, 30]);
});

test("whoever waits as long as told is let through", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (perMin, perDay) => {
      const clock = new TestClock();
      const limits = new RefusalLimits({ perMin, perDay }, clock);
      let waitS: number | undefined;
      for (let i = 0; waitS === undefined; i++) {
        expect(i).toBeLessThanOrEqual(Math.min(perMin, perDay));
        waitS = limits.pay("a");
      }
      clock.advance(waitS);
      expect(limits.pay("a")).toBe(undefined);
    }),
  );
});

test("callers without number take bounded memory, and don't free who was refused a moment ago", () => {
  const limits = new RefusalLimits({ perMin: 1, perDay: 1 }, new TestClock());
  for (let i = 0; i < 9_999; i++) limits.pay(`caller ${i}`);
  limits.pay("a");
  for (let i = 0; i < 9_999; i++) limits.pay(`other ${i}`);
  expect(limits.pay("a")).toBeGreaterThan(0);
});
