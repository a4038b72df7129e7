import type { CandidateContext } from "../detector.ts";
import { isLetter } from "../validators/neighbours.ts";

/** What may stand between a key and its value: `=`, `: `, `":"`, `' => '`, `\":\"`, ` := `. */
const TO_VALUE = String.raw`(?:\\{0,3}["'\]])?[ \t]{0,8}(?:=>|:=|={1,3}|:)[ \t]{0,8}`;

/** From the opening quote to before the closing one: backslash-escaped quotes, double, single, backticks. */
const QUOTED = [
  String.raw`\\{1,3}"[^"\\\r\n]+`,
  String.raw`"(?:[^"\\\r\n]|\\[^\r\n])+`,
  String.raw`'(?:[^'\\\r\n]|\\[^\r\n])+`,
  "`[^`\\r\\n]+",
].join("|");

/** Up to what separates pairs. Brackets may belong to the value; {@link keyedValue} drops them from its end. */
const BARE = String.raw`(?:[^\s"'${"`"},;&|<\\]|\\[^nrt"'\\])+`;

/**
 * The pattern of `key=value` and its spellings in logs, JSON (escaped or not), YAML, Ruby, Go and connection
 * strings, and of a call such as `set("KEY", "value")`. `keys` is an RE2 expression without `=`, `:` and `,`.
 */
export function keyedPattern(keys: string): string {
  return String.raw`(?:${keys})(?:${TO_VALUE}(?:${QUOTED}|${BARE})|["'][ \t]{0,4},[ \t]{0,4}(?:${QUOTED}))`;
}

/** Narrows a match of {@link keyedPattern} to the value, without quotes. */
export function keyedValue(match: string): readonly [start: number, end: number] {
  let start = 0;
  while (start < match.length && !SEPARATORS.includes(match[start]!)) start++;
  while (start < match.length && `${SEPARATORS} \t`.includes(match[start]!)) start++;
  const bare = start;
  while (match[start] === "\\") start++;
  if (match[start] === '"' || match[start] === "'" || match[start] === "`") return [start + 1, match.length];
  let end = match.length;
  while (end > bare && CLOSERS.includes(match[end - 1]!)) end--;
  return [bare, end];
}

const SEPARATORS = "=:,>";
const CLOSERS = ")]}>.";

/** `"type":"password","port":…`: what looks like a value is the next member's name. */
export function isMemberName({ after }: CandidateContext): boolean {
  let index = 0;
  while (after[index] === "\\") index++;
  if (after[index] !== '"' && after[index] !== "'") return false;
  do index++;
  while (after[index] === " ");
  return after[index] === ":";
}

/** `password: must not be empty`: a word after a colon and a blank, with more words behind it. */
export function isProse(value: string, { before, after }: CandidateContext): boolean {
  if (!before.endsWith(": ") || after[0] !== " " || !isLetter(after, 1)) return false;
  for (let i = 0; i < value.length; i++) if (!isLetter(value, i)) return false;
  return true;
}
