/** Clients that measure their bandwidth send a PING for each answer; none sends a hundred more than ten a second. */
const BURST = 100;
const PER_SECOND = 10;

const MS_PER_SECOND = 1_000;

/** How many frames that ask for an answer a peer may send: some at once, then so many a second. */
export class FrameAllowance {
  /** Always ≤ the burst. */
  #left = BURST;
  #at = 0;

  /** Takes one. @returns false where none was left */
  spend(nowMs: number): boolean {
    this.#left = Math.min(BURST, this.#left + ((nowMs - this.#at) * PER_SECOND) / MS_PER_SECOND);
    this.#at = nowMs;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
