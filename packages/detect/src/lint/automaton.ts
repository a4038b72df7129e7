import { type Expression, setMatches } from "./expression.ts";

type Leaf = Expression & { kind: "set" };

/**
 * The positions of an expression and which may follow which (Glushkov). Reading a text with a set of positions
 * is what RE2's DFA does; each set it has not met before costs it a state, and a text that keeps making
 * new ones runs a thousand times slower.
 */
export class Automaton {
  readonly #leaves: Leaf[] = [];
  readonly #next: number[][] = [];
  readonly #first: number[] = [];
  /** For each ASCII code, the first positions that match it; filled as codes are met. */
  #firstOn: (readonly number[] | undefined)[] = [];

  /** Adds an expression as one more alternative. */
  add(expression: Expression): void {
    this.#first.push(...this.#build(expression).first);
    this.#firstOn = [];
  }

  /** Symbols of all expressions, counted repeats written out. */
  get size(): number {
    return this.#leaves.length;
  }

  /** Sets of positions that the second half of an ASCII text makes and the first did not, for each character. */
  growthOn(text: string): number {
    const known = new Set<string>();
    const half = text.length >>> 1;
    let knownAtHalf = 0;
    let state: readonly number[] = [];
    for (let i = 0; i < text.length; i++) {
      if (i === half) knownAtHalf = known.size;
      state = this.#step(state, text.charCodeAt(i));
      known.add(state.join());
    }
    return (known.size - knownAtHalf) / (text.length - half);
  }

  #step(state: readonly number[], code: number): readonly number[] {
    const matches = (position: number) => setMatches(this.#leaves[position]!, code);
    const reached = new Set((this.#firstOn[code] ??= this.#first.filter(matches)));
    for (const position of state) {
      for (const next of this.#next[position]!) if (matches(next)) reached.add(next);
    }
    return Array.from(reached).sort((a, b) => a - b);
  }

  #build(expression: Expression): Fragment {
    switch (expression.kind) {
      case "set": {
        const position = this.#leaves.push(expression) - 1;
        this.#next.push([]);
        return { first: [position], last: [position], isNullable: false };
      }
      case "assertion":
        return EMPTY;
      case "capture":
        return this.#build(expression.of);
      case "sequence":
        return expression.parts.reduce<Fragment>(
          (before, part) => this.#join(before, this.#build(part)),
          EMPTY,
        );
      case "choice":
        return expression.options.map((option) => this.#build(option)).reduce(either);
      case "repeat":
        return this.#repeat(expression);
    }
  }

  #repeat({ of, min, max }: Expression & { kind: "repeat" }): Fragment {
    let whole = EMPTY;
    const copies = max === Number.POSITIVE_INFINITY ? Math.max(min, 1) : max;
    for (let i = 0; i < copies; i++) {
      const copy = this.#build(of);
      if (i === copies - 1 && max === Number.POSITIVE_INFINITY) this.#connect(copy.last, copy.first);
      whole = this.#join(whole, i < min ? copy : { ...copy, isNullable: true });
    }
    return whole;
  }

  #join(left: Fragment, right: Fragment): Fragment {
    this.#connect(left.last, right.first);
    return {
      first: left.isNullable ? [...left.first, ...right.first] : left.first,
      last: right.isNullable ? [...left.last, ...right.last] : right.last,
      isNullable: left.isNullable && right.isNullable,
    };
  }

  #connect(from: readonly number[], to: readonly number[]): void {
    for (const position of from) this.#next[position]!.push(...to);
  }
}

interface Fragment {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isNullable: boolean;
}

const EMPTY: Fragment = { first: [], last: [], isNullable: true };

function either(a: Fragment, b: Fragment): Fragment {
  return {
    first: [...a.first, ...b.first],
    last: [...a.last, ...b.last],
    isNullable: a.isNullable || b.isNullable,
  };
}

/** Symbols of an expression with its counted repeats written out, without building it. */
export function symbolsOf(expression: Expression): number {
  switch (expression.kind) {
    case "set":
      return 1;
    case "assertion":
      return 0;
    case "capture":
      return symbolsOf(expression.of);
    case "sequence":
      return sum(expression.parts.map(symbolsOf));
    case "choice":
      return sum(expression.options.map(symbolsOf));
    case "repeat":
      return (
        symbolsOf(expression.of) *
        (expression.max === Number.POSITIVE_INFINITY ? expression.min + 1 : expression.max)
      );
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
