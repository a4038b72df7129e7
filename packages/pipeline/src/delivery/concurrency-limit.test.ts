import { expect, test } from "vitest";
import { type FakeClock, fakeClock } from "../../testing/fake-clock.ts";
import { ConcurrencyLimit, type Ending } from "./concurrency-limit.ts";

const NEVER = new AbortController().signal;

/** A destination that answers as `answer` says, kept busy for a while. */
async function load(
  limit: ConcurrencyLimit,
  clock: FakeClock,
  forMs: number,
  answer: (inFlight: number) => { readonly ms: number; readonly ending: Ending },
): Promise<{ readonly most: number; readonly answered: number }> {
  const until = clock.now() + forMs;
  let [most, answered] = [0, 0];
  async function client(): Promise<void> {
    while (clock.now() < until) {
      const leave = (await limit.acquire(NEVER))!;
      most = Math.max(most, limit.inFlight);
      const { ms, ending } = answer(limit.inFlight);
      await clock.sleep(ms);
      leave(ending);
      if (ending === "answered") answered++;
    }
  }
  const clients = Array.from({ length: 40 }, client);
  await clock.advance(forMs + 60_000);
  await Promise.all(clients);
  return { most, answered };
}

const adaptive = (num_consumers: number) => () => ({ num_consumers, adaptive: true });

test("it begins with one, and grows to the most while answers stay as fast", async () => {
  const clock = fakeClock();
  const limit = new ConcurrencyLimit(adaptive(12), clock);
  expect(limit.limit).toBe(1);
  const { most } = await load(limit, clock, 10_000, () => ({ ms: 50, ending: "answered" }));
  expect([limit.limit, most]).toEqual([12, 12]);
});

test("it does not grow where it is not used", async () => {
  const clock = fakeClock();
  const limit = new ConcurrencyLimit(adaptive(12), clock);
  for (let n = 0; n < 50; n++) {
    const leave = (await limit.acquire(NEVER))!;
    await Promise.all([clock.sleep(50), clock.advance(50)]);
    leave("answered");
  }
  expect(limit.limit).toBeLessThanOrEqual(2);
});

test("it finds how much a destination can do that answers slower under load", async () => {
  const clock = fakeClock();
  const limit = new ConcurrencyLimit(adaptive(100), clock);
  const { answered } = await load(limit, clock, 60_000, (inFlight) => ({
    ms: inFlight <= 8 ? 100 : 100 * (inFlight / 8) ** 2,
    ending: "answered",
  }));
  expect(limit.limit).toBeGreaterThanOrEqual(4);
  expect(limit.limit).toBeLessThanOrEqual(20);
  expect(answered).toBeGreaterThan(60 * 10 * 3);
});

test("it goes down to one while a destination pushes back, and up again after that", async () => {
  const clock = fakeClock();
  const limit = new ConcurrencyLimit(adaptive(10), clock);
  await load(limit, clock, 5_000, () => ({ ms: 50, ending: "answered" }));
  expect(limit.limit).toBe(10);
  await load(limit, clock, 5_000, () => ({ ms: 50, ending: "pushed_back" }));
  expect(limit.limit).toBe(1);
  await load(limit, clock, 10_000, () => ({ ms: 50, ending: "answered" }));
  expect(limit.limit).toBe(10);
});

test("without adaptation it is what is configured, also when that changes", async () => {
  let num_consumers = 3;
  const clock = fakeClock();
  const limit = new ConcurrencyLimit(() => ({ num_consumers, adaptive: false }), clock);
  expect((await load(limit, clock, 1_000, () => ({ ms: 10, ending: "pushed_back" }))).most).toBe(3);
  num_consumers = 5;
  expect((await load(limit, clock, 1_000, () => ({ ms: 10, ending: "pushed_back" }))).most).toBe(5);
});

test("who gives up waiting takes no place, and who came first goes first", async () => {
  const limit = new ConcurrencyLimit(() => ({ num_consumers: 1, adaptive: false }), fakeClock());
  const first = await limit.acquire(NEVER);
  const gone = new AbortController();
  const order: string[] = [];
  const [given, second, third] = [
    limit.acquire(gone.signal),
    limit.acquire(NEVER).then((leave) => {
      order.push("second");
      leave!("answered");
    }),
    limit.acquire(NEVER).then((leave) => {
      order.push("third");
      leave!("answered");
    }),
  ];
  gone.abort();
  expect(await given).toBeUndefined();
  expect(await limit.acquire(gone.signal)).toBeUndefined();
  first!("unsent");
  await Promise.all([second, third]);
  expect([order, limit.inFlight]).toEqual([["second", "third"], 0]);
});
