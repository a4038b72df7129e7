import type { Subject } from "./subject.ts";

/** `re2` is the native add-on, `re2js` the same language in JavaScript. */
export type ExpressionEngineName = "re2" | "re2js";

/**
 * What matches RE2 expressions. All engines give the same answers on any bytes to every expression that
 * `parseExpression` understands; they throw at others, and compile when they like, so that a valid expression is one
 * that {@link isExpression} says so of.
 */
export interface ExpressionEngine {
  readonly name: ExpressionEngineName;
  /** @param source of an expression that matches no empty text */
  searcher(source: string): Searcher;
  /** @param source of an expression that begins with `^` */
  matcher(source: string): Matcher;
}

/** Looks for an expression in texts. One search at a time. */
export interface Searcher {
  /** Of the match found last, in bytes. */
  readonly start: number;
  readonly end: number;
  /** Whether there is a match that begins at or after `from`. */
  find(text: Subject, from: number): boolean;
}

/** Matches the beginning of strings, which hold no character past U+00FF. */
export interface Matcher {
  /** Where the match ends; -1 where there is none. */
  endIn(text: string): number;
  /** What the groups of the match hold, the first one at 0; undefined where there is none. */
  groupsIn(text: string): readonly (string | undefined)[] | undefined;
}
