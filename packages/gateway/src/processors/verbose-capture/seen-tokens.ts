/** Traces of each generation. A lookup takes tens of nanoseconds however many there are. */
const TRACES_MAX = 50_000;

/**
 * Tokens that spans brought, by their traces, for what has none itself. Bounded: the ones that came first are forgotten first, a
 * generation at a time. They are checked anew each time, so that nothing here outlives its grant.
 */
export class SeenTokens {
  #young = new Map<string, string>();
  #old: ReadonlyMap<string, string> = new Map();

  /** Remembers a token that was found to be genuine. */
  add(traceId: string, token: string): void {
    if (this.#young.size >= TRACES_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(traceId, token);
  }

  tokenOf(traceId: string): string | undefined {
    return this.#young.get(traceId) ?? this.#old.get(traceId);
  }
}
