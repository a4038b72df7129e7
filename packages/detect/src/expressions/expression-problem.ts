import { byteSequencesOf } from "../automaton/byte-ranges.ts";
import { type Expression, parseExpression } from "../automaton/expression.ts";

/**
 * Bytes that an expression may have once its repeats are written out. The longest of the built-in ones has half as
 * many; RE2 refuses those with more than ten times as many, for the memory they take.
 */
const BYTES_MAX = 50_000;

export interface ExpressionProblem {
  readonly message: string;
  readonly hint: string;
}

const PROBLEMS = {
  syntax: {
    message: "not a valid RE2 expression",
    hint: String.raw`RE2 has no look-around and no back-references; \p, \C, \Q, \1 and (?U) can't be used either`,
  },
  length: {
    message: "an expression that is too long once its repeats are written out",
    hint: "lower the counts of repeats",
  },
} as const satisfies Record<string, ExpressionProblem>;

/**
 * Why an expression can't be used; undefined when it can, and every engine matches the same with it. `bytesMax` is less where whoever sends the
 * text decides how often the expression runs.
 */
export function expressionProblem(
  source: string,
  bytesMax: number = BYTES_MAX,
): ExpressionProblem | undefined {
  const expression = parseExpression(source);
  if (expression === undefined) return PROBLEMS.syntax;
  return bytesOf(expression) > bytesMax ? PROBLEMS.length : undefined;
}

/** Ranges of bytes, with counted repeats written out. */
export function bytesOf(expression: Expression): number {
  switch (expression.kind) {
    case "set":
      return sum(byteSequencesOf(expression.ranges).map(({ length }) => length));
    case "assertion":
      return 1;
    case "capture":
      return bytesOf(expression.of) + 2;
    case "sequence":
      return sum(expression.parts.map(bytesOf));
    case "choice":
      return sum(expression.options.map(bytesOf)) + expression.options.length;
    case "repeat": {
      const { of, min, max } = expression;
      return (bytesOf(of) + 1) * (max === Number.POSITIVE_INFINITY ? Math.max(min, 1) : max);
    }
  }
}

/** Bytes of the shortest text that it matches. */
export function bytesMin(expression: Expression): number {
  switch (expression.kind) {
    case "set":
      return 1;
    case "assertion":
      return 0;
    case "capture":
      return bytesMin(expression.of);
    case "sequence":
      return expression.parts.reduce((total, part) => total + bytesMin(part), 0);
    case "choice":
      return Math.min(...expression.options.map(bytesMin));
    case "repeat":
      return expression.min === 0 ? 0 : expression.min * bytesMin(expression.of);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
