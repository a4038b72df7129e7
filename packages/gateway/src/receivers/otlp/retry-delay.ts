/** Clients that were told the same delay would all come back at once. */
const RETRY_MS = { min: 1_000, spread: 4_000, max: 60_000 } as const;

/** How long a client is asked to wait before it sends a request again: at least what a destination asked for. */
export function retryDelayMs(askedMs: number): number {
  const own = RETRY_MS.min + Math.random() * RETRY_MS.spread;
  return Math.min(RETRY_MS.max, Math.max(own, askedMs));
}
