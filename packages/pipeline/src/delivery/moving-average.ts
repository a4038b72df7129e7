/**
 * An exponentially weighted average and variance of what was measured, as Vector's `EwmaVar`:
 * https://fanf2.user.srcf.net/hermes/doc/antiforgery/stats.pdf, chapter 9.
 */
export class MovingAverage {
  /** Undefined before the first measurement. */
  mean: number | undefined;
  variance = 0;
  readonly #alpha: number;

  /** @param alpha the weight of the newest measurement, in (0, 1) */
  constructor(alpha: number) {
    this.#alpha = alpha;
  }

  add(measured: number): void {
    if (this.mean === undefined) {
      this.mean = measured;
      return;
    }
    const difference = measured - this.mean;
    const increment = this.#alpha * difference;
    this.mean += increment;
    this.variance = (1 - this.#alpha) * (this.variance + difference * increment);
  }
}
