import type { ApartSpan } from "./apart.ts";
import * as c from "./characters.ts";

const QUOTE = 0x27;

/** Longer lists of columns or values are cut off by the server. */
const LIST_BYTES_MAX = 1024;

/**
 * What PostgreSQL says of a row that breaks a constraint, `Key (email, city)=(x, y) already exists`: each value with its column.
 * Where there are more values than columns, since a value has commas, all of them go with each column.
 *
 * @param signAt where `)=(` begins
 */
export function valuesOfKey(text: Buffer, signAt: number): readonly ApartSpan[] {
  const open = text.lastIndexOf(c.OPENING_PARENTHESIS, signAt);
  const lineEnd = lineEndOf(text, signAt + 3);
  const close = closingOf(text, signAt + 3, lineEnd);
  if (open < 0 || signAt - open > LIST_BYTES_MAX || close < 0) return [];
  const names = split(text, open + 1, signAt);
  const all: [number, number] = [signAt + 3, close];
  const values = names.length === 1 ? [all] : split(text, ...all);
  return names.map(([nameStart, nameEnd], index) => {
    const [start, end] = values.length === names.length ? values[index]! : all;
    return { nameStart, nameEnd, value: { start, end, next: close, evidence: "certain", written: "plain" } };
  });
}

/** Where the list of values closes: before what the server says about it, else at the last parenthesis of the line. */
function closingOf(text: Buffer, from: number, lineEnd: number): number {
  for (let at = from; at < lineEnd; at++) {
    if (text[at] === c.CLOSING_PARENTHESIS && ENDINGS.some((ending) => c.says(text, at + 1, ending)))
      return at;
  }
  for (let at = lineEnd - 1; at >= from; at--) if (text[at] === c.CLOSING_PARENTHESIS) return at;
  return -1;
}

const ENDINGS = [" already exists", " conflicts with", " is not present", " is still referenced"];

function lineEndOf(text: Buffer, from: number): number {
  const limit = Math.min(text.length, from + LIST_BYTES_MAX);
  let at = from;
  while (at < limit && text[at] !== c.LINE_FEED) at++;
  return at;
}

/** The parts between commas, without blanks and quotes around them. */
function split(text: Buffer, from: number, to: number): (readonly [start: number, end: number])[] {
  const parts: (readonly [number, number])[] = [];
  for (let start = from; start <= to; ) {
    let end = start;
    while (end < to && text[end] !== c.COMMA) end++;
    let first = start;
    let last = end;
    while (first < last && (c.isGap(text[first]) || c.isQuote(text[first]))) first++;
    while (last > first && (c.isGap(text[last - 1]) || c.isQuote(text[last - 1]))) last--;
    parts.push([first, last]);
    start = end + 1;
  }
  return parts;
}

const ENTRY = Buffer.from("ntry '");

/**
 * What MySQL says of a row that is there already, `Duplicate entry 'x' for key 'users.email'`: the value, and the last part of
 * the index's name.
 *
 * @param found the value's closing quote
 * @param nameStart behind the quote that opens the name
 */
export function valueOfIndex(text: Buffer, found: number, nameStart: number): ApartSpan | undefined {
  const lowest = Math.max(0, found - LIST_BYTES_MAX);
  const entry = text.subarray(lowest, found).lastIndexOf(ENTRY);
  if (entry < 0) return undefined;
  const start = lowest + entry + ENTRY.length;
  let from = nameStart;
  let end = nameStart;
  while (c.isOfName(text[end])) if (text[end++] === DOT) from = end;
  const suffix = /(?:[._-](?:unique|uniq|uk|idx|index|key))+$/i.exec(text.toString("latin1", from, end));
  const nameEnd = end - (suffix?.[0].length ?? 0);
  if (text[end] !== QUOTE || start >= found || from >= nameEnd) return undefined;
  return {
    nameStart: from,
    nameEnd,
    value: { start, end: found, next: end, evidence: "certain", written: "plain" },
  };
}

const DOT = 0x2e;
