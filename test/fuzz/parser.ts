import type { Mutator } from "./mutate/mutator.ts";

/** What a parser is given once. */
export interface Input {
  /** One of the parser's variants: the signal of a request, the encoding of a body. */
  readonly variant: string;
  readonly bytes: Buffer;
}

/** Something that reads what others wrote. A new one is one file in `parsers/`, and a line in `parsers.ts`. */
export interface Parser {
  /** Also the name of its folder under `corpus/`. */
  readonly name: string;
  /** For the table: what is run. */
  readonly covers: string;
  /** Executions that the table should come to. */
  readonly goal: number;
  /** Executions of the short run in CI: a few seconds. */
  readonly short: number;
  /** Inputs that it accepts; all others are made from these. Every variant occurs. */
  readonly seeds: readonly Input[];
  /** How inputs are changed. One that stands twice is taken twice as often. */
  readonly mutators: readonly Mutator[];
  /** Whether errors may say nothing of what was read; {@link MARKER} shows it. */
  readonly quotesNothing: boolean;
  open(): Target | Promise<Target>;
}

export interface Target {
  /**
   * Reads one input, and checks what came of it. Returns what was seen, in a few words: inputs that show something new
   * are kept and changed further. An error that is not `OperatingError` or `Refusal` is a finding.
   */
  run(input: Input): string | Promise<string>;
  close?(): Promise<void>;
}

/** A word that inputs hold and no error may. */
export const MARKER = "zq7marker";

/** A number as how many bits it has, so that each count isn't something new. */
export function scale(count: number): number {
  return 32 - Math.clz32(Math.min(count, 2 ** 31));
}

/** Something that must hold of any input, and does not: always a finding. */
export class Violation extends Error {
  override readonly name = "Violation";
}

export function must(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Violation(rule);
}

export function variantsOf({ seeds }: Parser): readonly string[] {
  return [...new Set(seeds.map(({ variant }) => variant))];
}
