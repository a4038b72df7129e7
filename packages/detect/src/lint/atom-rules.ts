import { type Expression, parseExpression } from "../automaton/expression.ts";
import { isInRanges } from "../automaton/ranges.ts";
import { ATOM_BYTES_MAX } from "../detector.ts";
import { bytesMin } from "../expressions/expression-problem.ts";

/** Symbols of one atom, counted repeats written out. The built-in ones have at most half as many. */
const ATOM_SYMBOLS_MAX = 64;

export interface AtomProblem {
  readonly message: string;
  readonly hint: string;
}

/** Why an expression can't share the automaton that reads every byte; undefined when it can. */
export function atomProblem(atom: string): AtomProblem | undefined {
  const expression = parseExpression(atom);
  if (expression === undefined) return PROBLEMS.syntax;
  for (const node of nodesOf(expression)) {
    if (node.kind === "assertion") return PROBLEMS.assertion;
    if (node.kind === "capture") return PROBLEMS.capture;
    if (node.kind === "set" && isInRanges(node.ranges, 0)) return PROBLEMS.nul;
  }
  if (bytesMin(expression) === 0) return PROBLEMS.empty;
  if (bytesMax(expression) > ATOM_BYTES_MAX) return PROBLEMS.length;
  return symbolsOf(expression) > ATOM_SYMBOLS_MAX ? PROBLEMS.symbols : undefined;
}

const PROBLEMS = {
  syntax: {
    message: "not an expression that atoms may be written in",
    hint: "use literals, character classes, (?:…), (?i:…), |, ? and counted repeats",
  },
  assertion: {
    message: "an assertion in an atom sees the neighbouring text and can miss a match",
    hint: "leave \\b, \\B, ^ and $ to the pattern",
  },
  capture: { message: "a capture in an atom slows the scan of every byte", hint: "write (?:…)" },
  nul: {
    message: "an atom must not match NUL, which separates texts",
    hint: "name the characters instead of ., a negated class, \\D, \\W or \\S",
  },
  empty: { message: "an atom must not match the empty text", hint: "keep what every match contains" },
  length: {
    message: `an atom must not match more than ${ATOM_BYTES_MAX} bytes`,
    hint: "keep its most telling piece",
  },
  symbols: {
    message: `an atom has more than ${ATOM_SYMBOLS_MAX} symbols, counted repeats written out`,
    hint: "keep its most telling piece",
  },
} as const satisfies Record<string, AtomProblem>;

function* nodesOf(expression: Expression): Generator<Expression> {
  yield expression;
  if (expression.kind === "sequence") for (const part of expression.parts) yield* nodesOf(part);
  if (expression.kind === "choice") for (const option of expression.options) yield* nodesOf(option);
  if (expression.kind === "capture" || expression.kind === "repeat") yield* nodesOf(expression.of);
}

function bytesMax(expression: Expression): number {
  switch (expression.kind) {
    case "set":
      return setBytesMax(expression);
    case "assertion":
      return 0;
    case "capture":
      return bytesMax(expression.of);
    case "sequence":
      return expression.parts.reduce((total, part) => total + bytesMax(part), 0);
    case "choice":
      return Math.max(...expression.options.map(bytesMax));
    case "repeat":
      return expression.max * bytesMax(expression.of);
  }
}

/** UTF-8 bytes of the longest character. */
function setBytesMax(set: Expression & { kind: "set" }): number {
  const highest = Math.max(...set.ranges.map(([, to]) => to));
  return highest < 0x80 ? 1 : highest < 0x800 ? 2 : highest < 0x1_0000 ? 3 : 4;
}

/** Symbols of one atom with its counted repeats written out. */
function symbolsOf(expression: Expression): number {
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
      return symbolsOf(expression.of) * expression.max;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
