import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What caches that fill up late may still take in the second half of a run, the run's own pool of inputs among them. */
const GROWTH_BYTES_MAX = 16 * 1024 * 1024;

/** Samples in the second half; growth must show between the best of the first ones and the best of the last ones. */
const SAMPLES = 8;

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** Watches what stays referred to over the second half of a run: all caches are full by then. */
export class MemoryGrowth {
  readonly #samples: number[] = [];
  readonly #executions: number;

  constructor(executions: number) {
    this.#executions = executions;
  }

  /** Whether it is time for a sample; asked after every execution. */
  isDue(executed: number): boolean {
    const half = this.#executions / 2;
    return executed >= half + (this.#samples.length * half) / SAMPLES;
  }

  async sample(): Promise<void> {
    await new Promise(setImmediate); // so that what is closing has closed
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    this.#samples.push(heapUsed + external);
  }

  /** Bytes it grew by, over the bound; 0 within. */
  excess(): number {
    const third = Math.ceil(this.#samples.length / 3);
    const grown = Math.min(...this.#samples.slice(-third)) - Math.min(...this.#samples.slice(0, third));
    return grown > GROWTH_BYTES_MAX ? grown : 0;
  }
}
