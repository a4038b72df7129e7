import { parseToken } from "@scrim/seal";
import { escapeUnsafe } from "./escape-unsafe.ts";

/** A token where it stands in a line, in bytes. */
export interface TokenPlace {
  readonly start: number;
  readonly end: number;
  readonly token: string;
  /** Whether it stands there percent-encoded, as in URLs. */
  readonly isEncoded: boolean;
}

/** Plain, or as URLs have it. What is between the brackets has no bracket in it, so no two overlap. */
const PLACES = /\[SEALED:v1:[A-Za-z0-9_-]+\]|%5[Bb]SEALED(?::|%3[Aa])v1(?::|%3[Aa])[A-Za-z0-9_-]+%5[Dd]/g;

/** The tokens of a line in order. Whatever its bytes are, tokens are ASCII. */
export function tokenPlaces(line: Buffer): readonly TokenPlace[] {
  if (!line.includes("SEALED")) return [];
  const places: TokenPlace[] = [];
  for (const { 0: text, index: start } of line.toString("latin1").matchAll(PLACES)) {
    const isEncoded = text.startsWith("%");
    const token = isEncoded ? decodeURIComponent(text) : text;
    if (parseToken(token) !== undefined) places.push({ start, end: start + text.length, token, isEncoded });
  }
  return places;
}

/** A line with values in the place of tokens; a token without a value stays. `isJson` keeps a line of JSON one. */
export function withValues(
  line: Buffer,
  places: readonly TokenPlace[],
  values: readonly (string | undefined)[],
  isJson: boolean,
): Buffer {
  const parts: Buffer[] = [];
  let from = 0;
  for (const [at, place] of places.entries()) {
    const value = values[at];
    if (value === undefined) continue;
    parts.push(line.subarray(from, place.start), Buffer.from(writtenAs(value, line, place, isJson)));
    from = place.end;
  }
  return parts.length === 0 ? line : Buffer.concat([...parts, line.subarray(from)]);
}

/** The value so that it can't end what it stands in, nor its line. */
function writtenAs(value: string, line: Buffer, { start, isEncoded }: TokenPlace, isJson: boolean): string {
  if (isEncoded) return encodeURIComponent(value.toWellFormed());
  if (!isJson) return escapeUnsafe(value);
  let text = value;
  for (let level = jsonLevel(line, start); level > 0; level--) text = JSON.stringify(text).slice(1, -1);
  return escapeUnsafe(text);
}

/** Deeper nesting of JSON in texts in JSON is nobody's. */
const LEVELS_MAX = 4;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * In how many texts of JSON, one in the other, a place of a line is: each level doubles the backslashes before the quote that begins it. One level
 * too many only shows more backslashes; one too few would let a value end what it stands in.
 */
function jsonLevel(line: Buffer, start: number): number {
  const quote = line.lastIndexOf(QUOTE, start);
  let backslashes = 0;
  while (quote - backslashes > 0 && line[quote - backslashes - 1] === BACKSLASH) backslashes++;
  return Math.min(LEVELS_MAX, 1 + Math.floor(Math.log2(backslashes + 1)));
}
