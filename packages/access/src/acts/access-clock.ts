import { type Clock, systemClock } from "@scrim/grants";

/**
 * The time that grants end by. It never runs back: not behind the clock at the start, not behind what ran since, and not behind the last thing that was
 * kept. So a clock that is set back makes no grant longer.
 */
export class AccessClock {
  readonly #clock: Clock;
  readonly #startMs: number;
  #seenMs: number;

  /** @param seenS the newest time that the store knows, in seconds since 1970 */
  constructor(seenS: number, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#seenMs = Math.max(clock.wallMs(), seenS * 1000);
    this.#startMs = this.#seenMs - clock.monotonicMs();
  }

  /** Milliseconds since 1970. */
  nowMs(): number {
    const { wallMs, monotonicMs } = { wallMs: this.#clock.wallMs(), monotonicMs: this.#clock.monotonicMs() };
    this.#seenMs = Math.max(this.#seenMs, wallMs, this.#startMs + monotonicMs);
    return Math.floor(this.#seenMs);
  }

  /** Whole seconds since 1970. */
  nowS(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** Takes notice of a time that another process has kept. */
  see(seenS: number): void {
    this.#seenMs = Math.max(this.#seenMs, seenS * 1000);
  }
}
