import type { Clock } from "@scrim/grants";

/** Both clocks, as a test sets them. */
export class SetClock implements Clock {
  #wallMs: number;
  #monotonicMs = 7_000;

  constructor(wallS: number) {
    this.#wallMs = wallS * 1_000;
  }

  wallMs(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  get wallS(): number {
    return Math.floor(this.#wallMs / 1_000);
  }

  /** Time goes by. */
  pass(seconds: number): void {
    this.#monotonicMs += seconds * 1_000;
    this.#wallMs += seconds * 1_000;
  }

  /** Somebody sets the wall clock, forward or back. */
  turn(seconds: number): void {
    this.#wallMs = Math.max(0, this.#wallMs + seconds * 1_000);
  }
}
