import { setTimeout as sleep } from "node:timers/promises";

/** Time and chance, so that tests can stand in for them. */
export interface Clock {
  /** Milliseconds that only ever grow, whatever happens to the wall clock. */
  now(): number;
  /** Resolves after that time, at once where none is left or when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

/** Node's timers fire at once for anything longer. */
const SLEEP_MS_MAX = 2 ** 31 - 1;

export const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    sleep(Math.max(0, Math.min(ms, SLEEP_MS_MAX)), undefined, signal && { signal }).catch(() => {
      // Aborted: whoever did that knows.
    }),
  random: () => Math.random(),
};
