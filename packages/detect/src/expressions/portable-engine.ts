import { RE2JS } from "re2js";
import { type Expression, parseExpression } from "../automaton/expression.ts";
import { boundedSearcher } from "./bounded-searcher.ts";
import type { ExpressionEngine, Matcher, Searcher } from "./expression-engine.ts";
import { bytesOf } from "./expression-problem.ts";
import { type Alphabet, portableSource } from "./portable-source.ts";
import type { Subject } from "./subject.ts";

/**
 * The engine for where there is no native one: `re2js`. It is handed expressions over bytes and not over characters,
 * since it would match what is no UTF-8, which RE2 does not.
 *
 * Expressions are compiled when they are first needed: many never are, and one takes as long as ten of RE2's.
 */
export const PORTABLE_ENGINE: ExpressionEngine = {
  name: "re2js",
  searcher: (source) => new LazySearcher(source),
  matcher: (source) => new PortableMatcher(source),
};

/** Bytes of an expression, repeats written out, from which on its matches are found place by place if they are short. */
const LARGE_BYTES = 4000;

class LazySearcher implements Searcher {
  readonly #source: string;
  #made: Searcher | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  get start(): number {
    return this.#searcher().start;
  }

  get end(): number {
    return this.#searcher().end;
  }

  find(text: Subject, from: number): boolean {
    return this.#searcher().find(text, from);
  }

  #searcher(): Searcher {
    if (this.#made !== undefined) return this.#made;
    const expression = parsed(this.#source);
    const bounded = bytesOf(expression) >= LARGE_BYTES ? boundedSearcher(expression) : undefined;
    return (this.#made = bounded ?? new PortableSearcher(expression));
  }
}

class PortableSearcher implements Searcher {
  start = -1;
  end = -1;
  readonly #expression: Expression;
  /** Most texts are ASCII, and an expression over it is a fraction of one over bytes. */
  #ascii: RE2JS | undefined;
  #bytes: RE2JS | undefined;

  constructor(expression: Expression) {
    this.#expression = expression;
  }

  find(text: Subject, from: number): boolean {
    const { latin1 } = text;
    if (from >= latin1.length) return false;
    const program = text.isAscii
      ? (this.#ascii ??= compile(this.#expression, "ascii"))
      : (this.#bytes ??= compile(this.#expression, "bytes"));
    // Whether there is a match is said by an automaton; where it is, by simulating one, which takes many times as long.
    // One byte is what assertions look back at.
    if (!program.test(from === 0 ? latin1 : latin1.slice(from - 1))) return false;
    const match = program.matcher(latin1);
    if (!match.find(from)) return false;
    this.start = match.start();
    this.end = match.end();
    return true;
  }
}

class PortableMatcher implements Matcher {
  readonly #source: string;
  #program: RE2JS | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  endIn(text: string): number {
    const match = this.#compiled().matcher(text);
    return match.find() ? match.end() : -1;
  }

  groupsIn(text: string): readonly (string | undefined)[] | undefined {
    const match = this.#compiled().exec(text) as readonly (string | undefined)[] | null;
    return match?.slice(1);
  }

  #compiled(): RE2JS {
    return (this.#program ??= compile(parsed(this.#source), "latin1"));
  }
}

function parsed(source: string): Expression {
  const expression = parseExpression(source);
  if (expression === undefined) throw new Error("an expression is not one that detectors may be written in");
  return expression;
}

function compile(expression: Expression, alphabet: Alphabet): RE2JS {
  return RE2JS.compile(portableSource(expression, alphabet));
}
