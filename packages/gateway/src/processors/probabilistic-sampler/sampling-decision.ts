import { hashThreshold } from "./hash-randomness.ts";
import type { SamplingMode } from "./sampler-config.ts";
import { type Halves, isBelow, probabilityOf, type Threshold, thresholdOf } from "./threshold.ts";

/** Thresholds of samplers before this one that are remembered. There are a handful in what is honest. */
const KNOWN_MAX = 1_000;

const PERCENT = 100;

/** What an item says about its own sampling. */
export interface Carried {
  /** Of the samplers before. */
  readonly threshold: Threshold | undefined;
  readonly randomness: Halves | undefined;
  /** Whether it says something that can't be. */
  readonly isMalformed: boolean;
}

interface Decision {
  readonly isKept: boolean;
  /** Whether the item contradicts itself, or has no randomness. */
  readonly isFault: boolean;
  /** What it is to say from now on; undefined where nothing is known about it. */
  readonly threshold: Threshold | undefined;
}

export interface DecideOptions {
  readonly mode: SamplingMode;
  readonly percentage: number;
  readonly precision: number;
  readonly failClosed: boolean;
}

/** Decides about an item by what it carries and its own randomness: the same wherever and whenever. */
export type Decide = (carried: Carried, own: Halves | undefined) => Decision;

export function createDecide({ mode, percentage, precision, failClosed }: DecideOptions): Decide {
  const share = Math.min(1, percentage / PERCENT);
  const thresholdFor = thresholds(mode, percentage, precision);
  const fault: Decision = { isKept: !failClosed, isFault: true, threshold: undefined };
  const never: Decision = { isKept: false, isFault: false, threshold: undefined };
  return (carried, own) => {
    const before = carried.threshold;
    const isForeign = mode === "hash_seed" && (before !== undefined || carried.randomness !== undefined);
    const randomness = carried.randomness ?? own;
    if (carried.isMalformed || isForeign || randomness === undefined) return fault;
    if (before !== undefined && isBelow(randomness, before)) return fault; // who sampled it would not have
    const threshold = share === 0 ? undefined : thresholdFor(before);
    if (threshold === undefined || isBelow(randomness, threshold)) return never;
    const isSampledMore = before !== undefined && isBelow(threshold, before);
    return { isKept: true, isFault: false, threshold: isSampledMore ? before : threshold };
  };
}

/** The threshold for what an earlier sampler kept. */
function thresholds(
  mode: SamplingMode,
  percentage: number,
  precision: number,
): (before: Threshold | undefined) => Threshold | undefined {
  const share = Math.min(1, percentage / PERCENT);
  if (mode === "hash_seed") {
    const threshold = hashThreshold(Math.min(PERCENT, percentage));
    return () => threshold;
  }
  const alone = thresholdOf(share, precision);
  if (mode === "equalizing") return () => alone;
  const known = new Map<string, Threshold>();
  return (before) => {
    if (before === undefined) return alone;
    let threshold = known.get(before.text);
    if (threshold === undefined) {
      threshold = thresholdOf(share * probabilityOf(before), precision);
      if (known.size >= KNOWN_MAX) known.clear();
      known.set(before.text, threshold);
    }
    return threshold;
  };
}
