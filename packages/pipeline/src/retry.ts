import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { ExportFailure, ExportResult } from "./component.ts";
import { duration } from "./config/duration.ts";

/** The Collector's keys. Its defaults are longer; here a client waits for the answer, and most wait 10 s. */
export const RetryOnFailure = z.strictObject({
  enabled: z.boolean().default(true).meta({ description: "Whether to try again at all." }),
  initial_interval: duration({ min: "1ms", max: "1m" }).prefault("250ms").meta({
    description: "Wait before the second attempt.",
  }),
  multiplier: z.number().min(1).max(10).default(2).meta({
    description: "How much longer each wait is than the one before.",
  }),
  randomization_factor: z.number().min(0).max(1).default(0.5).meta({
    description: "Each wait is random within this part of it, so that senders spread.",
  }),
  max_interval: duration({ min: "1ms", max: "10m" }).prefault("2s").meta({
    description: "The longest wait.",
  }),
  max_elapsed_time: duration({ min: "1ms", max: "10m" }).prefault("5s").meta({
    description: "When to give up: all attempts and waits together. The client is then asked to try again.",
  }),
});

export type RetryOnFailure = z.output<typeof RetryOnFailure>;

/** Time and chance, so that tests can stand in for them. */
export interface RetryClock {
  now(): number;
  sleep(ms: number): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

const REAL_CLOCK: RetryClock = {
  now: () => performance.now(),
  sleep: (ms) => sleep(ms),
  random: () => Math.random(),
};

/**
 * Makes attempts until one succeeds, fails for good, or the time is up; then the last result counts. Waits grow
 * exponentially with jitter, and are never shorter than what the destination asked for.
 *
 * @param attempt gets the milliseconds left, which it must not exceed
 */
export async function retry(
  config: RetryOnFailure,
  attempt: (leftMs: number) => Promise<ExportResult>,
  clock: RetryClock = REAL_CLOCK,
): Promise<ExportResult> {
  const deadline = clock.now() + config.max_elapsed_time;
  for (let interval = config.initial_interval; ; interval *= config.multiplier) {
    const result = await attempt(deadline - clock.now());
    if (result.status === "delivered" || !result.retryable || !config.enabled) return result;
    const waitMs = waitAfter(result, Math.min(interval, config.max_interval), config, clock);
    if (clock.now() + waitMs >= deadline) return result;
    await clock.sleep(waitMs);
  }
}

function waitAfter(
  failure: ExportFailure,
  interval: number,
  { randomization_factor: factor }: RetryOnFailure,
  clock: RetryClock,
): number {
  const jittered = interval * (1 - factor + 2 * factor * clock.random());
  return Math.max(jittered, failure.retry_after_ms ?? 0);
}
