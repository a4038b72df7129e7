import { z } from "zod";
import type { ExportFailure, ExportResult } from "../component.ts";
import { duration } from "../config/duration.ts";
import type { Clock } from "./clock.ts";

/** The Collector's keys. Waits begin shorter than there, since with `ack: delivered` a client waits as well. */
export const RetryOnFailure = z.strictObject({
  enabled: z.boolean().default(true).meta({ description: "Whether to try again at all." }),
  initial_interval: duration({ min: "1ms", max: "1m" }).prefault("250ms").meta({
    description: "Wait before the second attempt.",
  }),
  multiplier: z.number().min(1).max(10).default(2).meta({
    description: "How much longer each wait is than the one before.",
  }),
  randomization_factor: z.number().min(0).max(1).default(1).meta({
    description:
      "How far each wait strays from its length, so that senders spread: 1 is anything from none to twice of it.",
  }),
  max_interval: duration({ min: "1ms", max: "10m" }).prefault("30s").meta({
    description: "The longest wait, unless the destination asks for more.",
  }),
  max_elapsed_time: duration({ min: "1ms", max: "10m" }).prefault("5s").meta({
    description:
      "Where the client waits (`ack: delivered`): when to give up, all attempts and waits together; it is then asked to try again. What is in a queue is tried for as long as it takes.",
  }),
});

export type RetryOnFailure = z.output<typeof RetryOnFailure>;

/**
 * Makes attempts until one succeeds, fails for good, or the time is up; then the last result counts. Waits grow
 * exponentially with jitter, and are never shorter than what the destination asked for.
 *
 * @param attempt gets the milliseconds left, which it must not exceed
 */
export async function retry(
  config: RetryOnFailure,
  attempt: (leftMs: number) => Promise<ExportResult>,
  clock: Clock,
): Promise<ExportResult> {
  const deadline = clock.now() + config.max_elapsed_time;
  for (let failures = 1; ; failures++) {
    const result = await attempt(deadline - clock.now());
    if (result.status === "delivered" || !result.retryable || !config.enabled) return result;
    const waitMs = waitAfter(result, failures, config, clock);
    if (clock.now() + waitMs >= deadline) return result;
    await clock.sleep(waitMs);
  }
}

/** Chance may say none; attempts without any pause would keep the processor from all else. */
const WAIT_MS_MIN = 1;

/**
 * Milliseconds to wait after the nth failure in a row: what the destination asked for, and then the backoff. The
 * backoff comes on top, since many senders are told the same time and would all come back in one moment.
 */
export function waitAfter(
  failure: ExportFailure,
  failures: number,
  { initial_interval, multiplier, max_interval, randomization_factor: factor }: RetryOnFailure,
  clock: Clock,
): number {
  const interval = Math.min(initial_interval * multiplier ** (failures - 1), max_interval);
  const jittered = interval * (1 - factor + 2 * factor * clock.random());
  return (failure.retry_after_ms ?? 0) + Math.min(Math.max(jittered, WAIT_MS_MIN), max_interval);
}
