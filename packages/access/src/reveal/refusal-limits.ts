import type { Clock } from "@scrim/grants";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Callers whose refusals are counted apart: more than any directory has. */
const CALLERS_MAX = 10_000;

export interface RefusalTerms {
  readonly perMin: number;
  readonly perDay: number;
}

/** So many at once, and so many more in each period. */
interface Bucket {
  readonly max: number;
  readonly periodMs: number;
  left: number;
}

interface Caller {
  readonly buckets: readonly Bucket[];
  atMs: number;
}

/**
 * Bounds how often a caller is refused. Each request pays before anything is looked at, and gets back what it paid once a value was opened: what
 * is left says nothing that the caller has not been told already, whatever runs at the same time.
 */
export class RefusalLimits {
  readonly #terms: RefusalTerms;
  readonly #clock: Clock;
  /** The one that asked longest ago is first. */
  readonly #callers = new Map<string, Caller>();

  constructor(terms: RefusalTerms, clock: Clock) {
    this.#terms = terms;
    this.#clock = clock;
  }

  /** Pays for one request; where nothing is left, the seconds until there is. */
  pay(id: string): number | undefined {
    const caller = this.#refilled(id);
    const waitMs = Math.max(
      ...caller.buckets.map(({ left, max, periodMs }) => (left >= 1 ? 0 : ((1 - left) / max) * periodMs)),
    );
    if (waitMs > 0) return Math.ceil(waitMs / 1000);
    for (const bucket of caller.buckets) bucket.left--;
    return undefined;
  }

  /** Gives back what a request paid that was not refused. */
  giveBack(id: string): void {
    for (const bucket of this.#refilled(id).buckets) bucket.left = Math.min(bucket.max, bucket.left + 1);
  }

  #refilled(id: string): Caller {
    const now = this.#clock.monotonicMs();
    const caller = this.#callers.get(id) ?? { buckets: this.#full(), atMs: now };
    for (const bucket of caller.buckets) {
      bucket.left = Math.min(bucket.max, bucket.left + ((now - caller.atMs) / bucket.periodMs) * bucket.max);
    }
    caller.atMs = now;
    this.#callers.delete(id);
    if (this.#callers.size === CALLERS_MAX) this.#callers.delete(this.#callers.keys().next().value!);
    this.#callers.set(id, caller);
    return caller;
  }

  #full(): readonly Bucket[] {
    const { perMin, perDay } = this.#terms;
    return [
      { max: perMin, periodMs: MINUTE_MS, left: perMin },
      { max: perDay, periodMs: DAY_MS, left: perDay },
    ];
  }
}
