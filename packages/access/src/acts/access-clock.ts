import { type Clock, systemClock } from "@scrim/grants";

/**
 * The time that grants end by. It never runs back: not behind the clock at the start, not behind the last thing that was kept. Nor does it ever run
 * slower than what ran since: where the wall clock was ahead and is set back, it goes on from there. So a clock that is set back makes no grant longer.
 */
export class AccessClock {
  readonly #clock: Clock;
  /** The newest time that was seen, and what the other clock said then. */
  #seenMs: number;
  #monotonicMs: number;

  /** @param seenS the newest time that the store knows, in seconds since 1970 */
  constructor(seenS: number, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#seenMs = Math.max(clock.wallMs(), seenS * 1000);
    this.#monotonicMs = clock.monotonicMs();
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    const monotonicMs = this.#clock.monotonicMs();
    this.#seenMs = Math.max(this.#seenMs + monotonicMs - this.#monotonicMs, this.#clock.wallMs());
    this.#monotonicMs = monotonicMs;
    return Math.floor(this.#seenMs);
  }

  /** Whole seconds since 1970. */
  nowS(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** Takes notice of a time that another process has kept. */
  see(seenS: number): void {
    this.#seenMs = Math.max(this.nowMs(), seenS * 1000);
  }
}
