import { CATALOGUE } from "@scrim/semconv";
import { compileGlob, type Glob } from "./glob.ts";

/** Below these, keys are names of headers: the same whatever their case, and with `-` for `_`. */
const HEADER_PREFIXES: readonly string[] = [...CATALOGUE.values()]
  .filter(({ name, template }) => template && /\.(?:header|metadata|trailer)$/.test(name))
  .map(({ name }) => `${name}.`);

/** The `attribute` of a rule: patterns, and exclusions from them. */
export interface AttributeMatcher {
  matches(path: string): boolean;
  /** Whether it matches every path below this one. False where that is not certain. */
  coversBelow(path: string): boolean;
  /** Whether it may match a path below this one. True where that is not certain. */
  reachesBelow(path: string): boolean;
}

/**
 * Compiles attribute patterns. A pattern names a key and everything below it: `user` also matches
 * `user.email`, whether the record nests `email` in a map or spells the key flat. That goes for every action:
 * who keeps `order` keeps all of `order.*`, unscanned.
 */
export function compileAttributePatterns(patterns: readonly string[]): AttributeMatcher {
  const included = patterns.filter((pattern) => !pattern.startsWith("!")).map(compilePattern);
  const excluded = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .map((pattern) => compilePattern(pattern.slice(1)));
  return {
    matches: (path) =>
      included.some((pattern) => pattern.matches(path)) && !excluded.some((pattern) => pattern.matches(path)),
    coversBelow: (path) =>
      included.some((pattern) => pattern.matches(path)) &&
      !excluded.some((pattern) => pattern.reachesBelow(path)),
    reachesBelow: (path) => included.some((pattern) => pattern.reachesBelow(path)),
  };
}

interface AttributePattern extends Glob {
  reachesBelow(path: string): boolean;
}

function compilePattern(pattern: string): AttributePattern {
  const asWritten = subtreeOf(pattern);
  const folded = subtreeOf(foldHeaderName(pattern));
  const begins = foldHeaderName(
    pattern.includes("*") ? pattern.slice(0, pattern.indexOf("*")) : `${pattern}.`,
  );
  return {
    matches: (path) => asWritten.matches(path) || (isHeaderKey(path) && folded.matches(foldHeaderName(path))),
    reachesBelow: (path) => {
      const below = foldHeaderName(`${path}.`);
      return begins.startsWith(below) || below.startsWith(begins);
    },
  };
}

function subtreeOf(pattern: string): Glob {
  const itself = compileGlob(pattern);
  const below = compileGlob(`${pattern}.*`);
  return { matches: (path) => itself.matches(path) || below.matches(path) };
}

function isHeaderKey(path: string): boolean {
  const lower = path.toLowerCase();
  return HEADER_PREFIXES.some((prefix) => lower.startsWith(prefix));
}

function foldHeaderName(path: string): string {
  return path.toLowerCase().replaceAll("-", "_");
}

/**
 * True when every key that `narrow` matches is one that `wide` matches. Right because nothing but a star of
 * `wide` can match the stars of `narrow`.
 */
export function covers(wide: string, narrow: string): boolean {
  return compilePattern(wide).matches(narrow);
}

/** Whether there may be a key that both patterns match. True where that is not certain. */
export function mayOverlap(one: string, other: string): boolean {
  const [a, b] = [beginningOf(one), beginningOf(other)];
  if (a.isWhole && b.isWhole) return a.text === b.text || isBelow(a.text, b.text) || isBelow(b.text, a.text);
  return a.text.startsWith(b.text) || b.text.startsWith(a.text);
}

/** What all keys begin with that a pattern matches, whatever the spelling of headers. */
function beginningOf(pattern: string): { readonly text: string; readonly isWhole: boolean } {
  const star = pattern.indexOf("*");
  return {
    text: foldHeaderName(star < 0 ? pattern : pattern.slice(0, star)),
    isWhole: star < 0,
  };
}

function isBelow(key: string, above: string): boolean {
  return key.startsWith(`${above}.`);
}
