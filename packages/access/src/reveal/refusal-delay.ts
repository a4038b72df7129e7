/** Refusals leave at multiples of this after their request. The work differs by a fraction of a millisecond, and what the disk takes says nothing. */
const STEP_MS = 25;

/** How long a refusal still waits, `elapsedMs` after its request: so that how long it took to be made is not told. */
export function refusalDelayMs(elapsedMs: number): number {
  const steps = Math.max(1, Math.ceil(elapsedMs / STEP_MS));
  return Math.ceil(steps * STEP_MS - elapsedMs); // timers have whole milliseconds
}
