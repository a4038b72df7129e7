import type { Input } from "./parser.ts";
import type { Random } from "./random.ts";

/** Inputs in use at once. When one more comes, one that is not a seed leaves. */
const INPUTS_MAX = 1_024;

/** Different things seen; later ones are not new any more. */
const SEEN_MAX = 20_000;

/** Characters that tell what was seen: more would be memory that the run itself takes. */
const NAME_MAX = 200;

/** Large inputs are run, but seldom changed further: they would fill the pool and take the time. */
const BYTES_MAX = 4 * 1024;

/** The inputs that others are made from: seeds, and each that showed something no other did. */
export class Pool {
  readonly #inputs: Input[] = [];
  readonly #kept: Input[] = [];
  readonly #seen = new Set<string>();
  #seeds = 0;

  /** One of the last ones every other time: what was found behind a new branch leads further. */
  pick(random: Random): Input {
    const { length } = this.#inputs;
    const recent = Math.min(length, 32);
    return this.#inputs[random.oneIn(2) ? random.below(length) : length - 1 - random.below(recent)]!;
  }

  /** Keeps an input that shows something new. */
  offer(input: Input, seen: string, random: Random, isSeed: boolean): void {
    const name = seen.slice(0, NAME_MAX);
    const isNew = !this.#seen.has(name) && this.#seen.size < SEEN_MAX;
    if (isNew) this.#seen.add(name);
    if (!isSeed && (!isNew || input.bytes.length > BYTES_MAX)) return;
    const own = { variant: input.variant, bytes: copied(input.bytes) };
    if (isNew && this.#kept.length < INPUTS_MAX) this.#kept.push(own);
    if (isSeed) this.#seeds = this.#inputs.push(own);
    else if (this.#inputs.length < INPUTS_MAX) this.#inputs.push(own);
    else this.#inputs[this.#seeds + random.below(INPUTS_MAX - this.#seeds)] = own;
  }

  /** Those that showed something new, in the order they came. */
  get kept(): readonly Input[] {
    return this.#kept;
  }
}

/** In memory of its own: small buffers share 64 KiB with others, and a few bytes would keep all of that. */
function copied(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}
