import { crashOf, type Finding, refusalName } from "./finding.ts";
import { MemoryGrowth } from "./memory-growth.ts";
import { minimise } from "./minimise.ts";
import { type Input, type Parser, scale, type Target } from "./parser.ts";
import { Pool } from "./pool.ts";
import { Random } from "./random.ts";
import { TimeBound } from "./time-bound.ts";

export interface FuzzOptions {
  readonly executions: number;
  readonly seed: number;
  /** Inputs that earlier runs kept. */
  readonly corpus?: readonly Input[];
  /** Is told of each input before it is run: who watches can say on which one it hung. */
  readonly before?: (input: Input) => void;
}

export interface FuzzResult {
  readonly executions: number;
  readonly findings: readonly Finding[];
  /** Inputs of this run that showed something new, the corpus among them. */
  readonly kept: readonly Input[];
}

/** Different findings after which a run ends: the first ones have to be mended first. */
const FINDINGS_MAX = 8;

/** An input differs from the one it is made from in one to so many ways. */
const MUTATIONS_MAX = 5;

/** Runs a parser on inputs made from its seeds and from what was kept. The same seed makes the same inputs. */
export async function fuzz(parser: Parser, options: FuzzOptions): Promise<FuzzResult> {
  const target = await parser.open();
  try {
    return await new Run(parser, target, options).all();
  } finally {
    await target.close?.();
  }
}

class Run {
  readonly #parser: Parser;
  readonly #target: Target;
  readonly #options: FuzzOptions;
  readonly #random: Random;
  readonly #pool = new Pool();
  readonly #time = new TimeBound();
  readonly #findings = new Map<string, Finding>();
  /** Errors that nobody caught: a stream's or a promise's, while the input in hand was run. */
  #uncaught: unknown;

  constructor(parser: Parser, target: Target, options: FuzzOptions) {
    this.#parser = parser;
    this.#target = target;
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  async all(): Promise<FuzzResult> {
    const { seeds } = this.#parser;
    const { corpus = [], executions } = this.#options;
    const onUncaught = (error: unknown) => {
      this.#uncaught = error ?? new Error("nothing was thrown, and not caught");
    };
    process.on("uncaughtException", onUncaught);
    try {
      for (const input of [...seeds, ...corpus]) await this.#try(input, true);
      await this.#time.calibrate(this.#target, seeds);
      const memory = new MemoryGrowth(executions);
      let executed = 0;
      let input = seeds[0]!;
      for (; executed < executions && this.#findings.size < FINDINGS_MAX; executed++) {
        input = this.#next();
        const pending = this.#try(input, false);
        if (pending !== undefined) await pending;
        if (memory.isDue(executed)) await memory.sample();
      }
      const excess = memory.excess();
      if (excess > 0 && executed === executions)
        this.#add({ kind: "leak", what: `2^${scale(excess)} bytes`, input });
      return { executions: executed, findings: [...this.#findings.values()], kept: this.#pool.kept };
    } finally {
      process.off("uncaughtException", onUncaught);
    }
  }

  #next(): Input {
    const random = this.#random;
    const { mutators, seeds } = this.#parser;
    const from = this.#pool.pick(random);
    let { bytes } = from;
    for (let mutations = 1 + random.below(MUTATIONS_MAX); mutations > 0; mutations--)
      bytes = random.pick(mutators)(bytes, random, this.#pool.pick(random).bytes);
    const variant = random.oneIn(50) ? random.pick(seeds).variant : from.variant;
    return { variant, bytes };
  }

  /** Runs one input. Most parsers answer at once: then there is no promise to wait for. */
  #try(input: Input, isSeed: boolean): Promise<void> | undefined {
    this.#options.before?.(input);
    const startedMs = performance.now();
    let answer: string | Promise<string>;
    try {
      answer = this.#target.run(input);
    } catch (error) {
      return this.#judge(input, error, startedMs, isSeed);
    }
    if (typeof answer === "string") return this.#note(input, answer, startedMs, isSeed);
    return answer.then(
      (seen) => this.#note(input, seen, startedMs, isSeed),
      (error) => this.#judge(input, error, startedMs, isSeed),
    );
  }

  #judge(input: Input, error: unknown, startedMs: number, isSeed: boolean): Promise<void> | undefined {
    const crash = crashOf(error, this.#parser.quotesNothing);
    if (crash !== undefined) return this.#found(input, crash);
    return this.#note(input, refusalName(error)!, startedMs, isSeed);
  }

  #note(input: Input, seen: string, startedMs: number, isSeed: boolean): Promise<void> | undefined {
    if (this.#uncaught !== undefined) {
      const error = this.#uncaught;
      this.#uncaught = undefined;
      return this.#found(
        input,
        crashOf(error, false) ?? { kind: "crash", what: `uncaught: ${String(error)}` },
      );
    }
    this.#pool.offer(input, `${input.variant} ${seen}`, this.#random, isSeed);
    const ms = performance.now() - startedMs;
    return this.#time.isSuspicious(input, ms) && !isSeed ? this.#suspect(input, seen) : undefined;
  }

  async #suspect(input: Input, seen: string): Promise<void> {
    const isSlow = (smaller: Input) => this.#time.isSlow(this.#target, smaller);
    const what = seen.replace(/\d+/g, "n");
    if (this.#findings.has(`slow ${what}`) || !(await isSlow(input))) return;
    this.#add({ kind: "slow", what, input: await minimise(input, isSlow, SLOW_TRIES_MAX) });
  }

  async #found(input: Input, crash: Pick<Finding, "kind" | "what">): Promise<void> {
    if (this.#findings.has(`${crash.kind} ${crash.what}`)) return;
    const fails = async (smaller: Input) => {
      try {
        await this.#target.run(smaller);
        await new Promise(setImmediate);
      } catch (error) {
        return crashOf(error, this.#parser.quotesNothing)?.what === crash.what;
      }
      const uncaught = this.#uncaught;
      this.#uncaught = undefined;
      return uncaught !== undefined;
    };
    this.#add({ ...crash, input: await minimise(input, fails) });
  }

  #add(finding: Finding): void {
    this.#findings.set(`${finding.kind} ${finding.what}`, finding);
  }
}

const SLOW_TRIES_MAX = 60;
