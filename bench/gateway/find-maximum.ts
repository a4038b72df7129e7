import type { ChannelOptions } from "./channel.ts";
import type { LoadOutcome } from "./load-process.ts";
import type { MeasuredGateway } from "./measured-gateway.ts";
import { type Pace, quantile } from "./paced-load.ts";
import type { LoadProcess } from "./peers.ts";

/** How long each step takes. */
export interface Patience {
  readonly warm_up_ms: number;
  readonly step_ms: number;
  /** At 50 % and at 80 %. */
  readonly measure_ms: number;
}

export const PATIENT: Patience = { warm_up_ms: 4_000, step_ms: 6_000, measure_ms: 12_000 };
export const QUICK: Patience = { warm_up_ms: 500, step_ms: 1_000, measure_ms: 1_500 };

export interface Under {
  readonly gateway: MeasuredGateway;
  readonly load: LoadProcess;
  readonly channel: ChannelOptions;
  readonly records: number;
}

/** What a load took of the gateway. */
export interface Step {
  readonly outcome: LoadOutcome;
  readonly cpu_us: number;
  /** Acknowledged, a second. */
  readonly records_per_s: number;
  readonly exported_per_s: number;
}

export async function step({ gateway, load, channel, records }: Under, pace: Pace): Promise<Step> {
  const [before, exportedBefore, began] = [gateway.usage(), await gateway.exported(), performance.now()];
  const outcome = await load.run({ channel, pace, records });
  const took_s = (performance.now() - began) / 1_000;
  const [after, exportedAfter] = [gateway.usage(), await gateway.exported()];
  return {
    outcome,
    cpu_us: after.cpu_us - before.cpu_us,
    records_per_s: (outcome.answers.acknowledged * records * 1_000) / outcome.elapsed_ms,
    exported_per_s: (exportedAfter - exportedBefore) / took_s,
  };
}

/** Requests that wait for an answer at once while the gateway is full. */
const AT_ONCE = 16;
/** Never reached by a rate that is kept up with. */
export const AT_ONCE_MAX = 512;

/** First rate, as a share of what the gateway does when it is full, and by how much each step is faster. */
const FIRST_SHARE = 0.6;
const STEP_SHARE = 0.1;
const STEPS_MAX = 10;

/**
 * The highest rate that the gateway keeps up with, in requests a second: 99 of a hundred requests are answered within half a second
 * of when they were due, nothing is refused, and the exporter brings away what comes in. Found by a rate that rises until it doesn't.
 */
export async function findMaximum(under: Under, patience: Patience): Promise<number> {
  const full = { rate: undefined, at_once: AT_ONCE, warm_up_ms: 0 };
  await step(under, { ...full, duration_ms: patience.warm_up_ms }); // code is compiled
  const saturated = await step(under, { ...full, duration_ms: patience.step_ms });
  const most = saturated.records_per_s / under.records;
  let kept = 0;
  for (let n = 0; n < STEPS_MAX; n++) {
    const rate = most * (FIRST_SHARE + n * STEP_SHARE);
    const duration_ms = patience.step_ms;
    await untilEmpty(under);
    const reached = await step(under, { rate, at_once: AT_ONCE_MAX, duration_ms, warm_up_ms: 0 });
    if (!isKept(reached, rate * under.records)) break;
    kept = rate;
  }
  return kept === 0 ? most * (FIRST_SHARE - STEP_SHARE) : kept;
}

const LATENCY_MS_MAX = 500;
/** Of what is acknowledged, how much has to be exported meanwhile: the last requests are on their way still. */
const EXPORTED_SHARE = 0.9;

function isKept({ outcome, exported_per_s }: Step, offered: number): boolean {
  const { refused, later, unanswered } = outcome.answers;
  const isSlow = quantile(outcome.latencies_ms, 0.99) > LATENCY_MS_MAX;
  return refused + later + unanswered === 0 && !isSlow && exported_per_s >= offered * EXPORTED_SHARE;
}

const EMPTY_MS_MAX = 30_000;
const LOOK_MS = 300;

/** Waits until nothing more is exported: the next step begins with nothing on its way. */
export async function untilEmpty({ gateway }: Pick<Under, "gateway">): Promise<void> {
  const start = performance.now();
  for (let last = -1, now = await gateway.exported(); now !== last; now = await gateway.exported()) {
    if (performance.now() - start > EMPTY_MS_MAX) return;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
