import { setTimeout as sleep } from "node:timers/promises";

/** What is sent from time to time: once at a time, so that where one takes longer than the interval, the next comes late. */
export interface Periodic {
  start(): void;
  /** Once more, about the shutdown itself, if it has begun; ends within the time. */
  stop(graceMs: number): Promise<void>;
}

/** @param send gets the milliseconds it may take, at most `sendMsMax`. What it throws is left to the next time. */
export function periodically(
  intervalMs: number,
  sendMsMax: number,
  send: (timeLeftMs: number) => Promise<unknown>,
): Periodic {
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  function once(timeLeftMs: number): Promise<void> {
    sending ??= send(timeLeftMs)
      .then(
        () => {},
        () => {}, // an exporter tells by its result what went wrong
      )
      .finally(() => {
        sending = undefined;
      });
    return sending;
  }

  return {
    start() {
      timer = setInterval(() => void once(sendMsMax), intervalMs).unref();
    },
    async stop(graceMs) {
      if (timer === undefined) return;
      clearInterval(timer);
      timer = undefined;
      const end = performance.now() + graceMs;
      const timeUp = new AbortController();
      await Promise.race([sending, sleep(graceMs, undefined, { signal: timeUp.signal }).catch(() => {})]);
      timeUp.abort();
      const leftMs = end - performance.now();
      if (sending === undefined && leftMs > 0) await once(Math.min(leftMs, sendMsMax));
    },
  };
}
