import { parseExpression } from "../automaton/expression.ts";
import { engine } from "./engine.ts";
import { bytesMin, bytesOf, type ExpressionProblem, expressionProblem } from "./expression-problem.ts";
import { Subject } from "./subject.ts";

/* A door of its own, `@scrim/detect/text-test`: who tests texts for an expression doesn't wait until all detectors are made. */

const MATCHES_EMPTY: ExpressionProblem = {
  message: "an expression that matches the empty text",
  hint: "require a character: + for *, and no ? around everything",
};

/** Tests texts for an RE2 expression, in time linear in the text. */
export interface TextTest {
  /** Ranges of bytes that it looks for, with counted repeats written out: what a test costs at most for each byte of the text. */
  readonly size: number;
  /** Whether the expression matches anywhere in the text. */
  test(text: string): boolean;
}

/**
 * Compiles an expression of at most `sizeMax`, for the engine of this process; or says what is wrong with it.
 *
 * @throws {OperatingError} `ENGINE_UNAVAILABLE` or `CONFIG_INVALID` where `SCRIM_EXPRESSIONS` asks for an engine there isn't
 *
 * @example
 * ```ts
 * import { compileTextTest } from "@scrim/detect/text-test";
 * const orders = compileTextTest("^/orders/[0-9]+$", 100);
 * console.log("test" in orders && orders.test("/orders/7")); // true
 * console.log("hint" in compileTextTest("(a+)+(?=b)", 100)); // true
 * ```
 */
export function compileTextTest(source: string, sizeMax: number): TextTest | ExpressionProblem {
  const problem = expressionProblem(source, sizeMax);
  if (problem !== undefined) return problem;
  const expression = parseExpression(source)!;
  if (bytesMin(expression) === 0) return MATCHES_EMPTY;
  const searcher = engine().searcher(source);
  return {
    size: bytesOf(expression),
    test: (text) => searcher.find(new Subject(Buffer.from(text)), 0),
  };
}
