import type { Input, Target } from "./parser.ts";

/** Every input costs something, whatever its size: what so many bytes do. */
const FIXED_BYTES = 512;

/** How many times as long as the dearest seed an input may take, byte for byte. Real hostile ones take hundreds. */
const FACTOR = 60;

/** Less than this no clock tells from noise. */
const NOISE_MS = 3;

const RUNS = 5;

/** How long an input may take, from what the seeds take on this machine now. */
export class TimeBound {
  /** Milliseconds a byte that the dearest seed takes. */
  #msPerByte = 0;

  async calibrate(target: Target, seeds: readonly Input[]): Promise<void> {
    for (const seed of seeds) {
      const ms = await leastMs(target, seed, 4 * RUNS);
      this.#msPerByte = Math.max(this.#msPerByte, ms / (seed.bytes.length + FIXED_BYTES));
    }
  }

  isSuspicious(input: Input, ms: number): boolean {
    return ms > NOISE_MS && ms > FACTOR * this.#msPerByte * (input.bytes.length + FIXED_BYTES);
  }

  /** Whether it takes that long every time, in time of the processor: a busy machine does not count. */
  async isSlow(target: Target, input: Input): Promise<boolean> {
    return this.isSuspicious(input, await leastMs(target, input, RUNS));
  }
}

async function leastMs(target: Target, input: Input, runs: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    const wallBefore = performance.now();
    await ignoringRefusals(target, input);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000, performance.now() - wallBefore);
  }
  return least;
}

async function ignoringRefusals(target: Target, input: Input): Promise<void> {
  try {
    await target.run(input);
  } catch {
    // Whether it may be thrown is judged elsewhere.
  }
}
