/** A generator of numbers below `bound` that gives the same ones each time: a lint must not depend on luck. */
export type Random = (bound: number) => number;

/** Xorshift32 (Marsaglia 2003). */
export function seededRandom(seed: number): Random {
  let state = seed | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random(items.length)]!;
}
