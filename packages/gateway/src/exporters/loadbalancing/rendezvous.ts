import { createHash } from "node:crypto";

/** Chooses among backends by a key. */
export interface Ranking {
  /** Writes the positions of all backends into `order`, the first choice first. */
  rank(key: Uint8Array, order: number[]): void;
}

/**
 * Rendezvous hashing: every backend has a weight for every key, and the heaviest is chosen. A backend that is added or
 * taken out moves its own keys alone, and the order in which backends are named does not matter.
 */
export function createRanking(names: readonly string[]): Ranking {
  const seeds = names.map((name) => createHash("sha256").update(name).digest().readUInt32LE(0));
  const weights = new Array<number>(seeds.length).fill(0);
  const byWeight = (a: number, b: number) => weights[b]! - weights[a]! || a - b;
  return {
    rank(key, order) {
      order.length = 0;
      for (const [at, seed] of seeds.entries()) {
        weights[at] = weigh(key, seed);
        order.push(at);
      }
      order.sort(byWeight);
    },
  };
}

/** 32-bit FNV-1a, finished as in MurmurHash3: trace ids need not be random to be spread. */
function weigh(key: Uint8Array, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key[at]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
