import { setImmediate } from "node:timers/promises";
import type { Clock } from "../src/delivery/clock.ts";

interface Timer {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that moves only when told to, and lets everything happen on its way that is due. */
export interface FakeClock extends Clock {
  advance(ms: number): Promise<void>;
}

/** Whatever a timer sets off has settled after so many turns of the event loop. */
const TURNS = 3;

export function fakeClock(random: () => number = () => 0.5): FakeClock {
  let now = 0;
  const timers = new Set<Timer>();

  async function settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await setImmediate();
  }

  return {
    now: () => now,
    random,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          timers.delete(timer);
          signal?.removeEventListener("abort", wake);
          resolve();
        };
        const timer = { dueMs: now + ms, wake };
        timers.add(timer);
        signal?.addEventListener("abort", wake, { once: true });
      }),
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (;;) {
        const next = [...timers].filter(({ dueMs }) => dueMs <= until).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined) break;
        now = Math.max(now, next.dueMs);
        next.wake();
        await settle();
      }
      now = until;
    },
  };
}
