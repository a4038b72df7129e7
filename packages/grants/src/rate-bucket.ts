import type { Clock } from "./clock.ts";

/** Lets so many through at once, and so many more in each period. Full at first. */
export class RateBucket {
  readonly #clock: Clock;
  readonly #periodMs: number;
  #left: number;
  #atMs: number;

  constructor(clock: Clock, periodMs: number, max: number) {
    this.#clock = clock;
    this.#periodMs = periodMs;
    this.#left = max;
    this.#atMs = clock.monotonicMs();
  }

  /** Takes one; false where none is left. `max` is given each time, since the terms of a grant may change. */
  take(max: number): boolean {
    const now = this.#clock.monotonicMs();
    this.#left = Math.min(max, this.#left + ((now - this.#atMs) / this.#periodMs) * max);
    this.#atMs = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
