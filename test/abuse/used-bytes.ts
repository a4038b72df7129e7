import { setTimeout } from "node:timers/promises";

/** Of 50,000 traces with 12 KB of headers each, one collection left up to 20 MB behind. */
const COLLECTIONS = 3;

/**
 * Bytes of the heap and of buffers that something refers to, in a process that runs with `--expose-gc`. What one collection frees of buffers and
 * of weakly held objects is given back by a later one, in a task of its own.
 */
export async function usedBytes(): Promise<number> {
  for (let n = 0; n < COLLECTIONS; n++) {
    await setTimeout(100);
    globalThis.gc!();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
