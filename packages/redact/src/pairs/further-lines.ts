import type { KeyEntry } from "../key-entry.ts";
import * as c from "./characters.ts";
import { behindLineEnd, indentOf, isKeyLine, isOfBlock, type Lines, lineStartOf } from "./lines.ts";
import type { ValueSpan } from "./value-span.ts";

/** `key: |` and the lines below that are further in: YAML 1.2, 8.1. A tag, an anchor and a comment may stand there as well. */
export function blockScalar(text: Buffer, keyStart: number, at: number, lines: Lines): ValueSpan | undefined {
  let mark = at;
  while (text[mark] === TAG || text[mark] === c.AMPERSAND) mark = behindWord(text, mark);
  if (text[mark] !== c.BAR && text[mark] !== c.GREATER) return undefined;
  const lineStart = lineStartOf(text, keyStart);
  const lineEnd = lines.endOf(mark);
  if (lineStart < 0 || lineEnd === text.length || !isBlockHeader(text, mark + 1, lineEnd)) return undefined;
  const end = deeperEnd(text, keyStart - lineStart, lineEnd, lines);
  return end < 0 ? undefined : { start: at, end, next: end, evidence: "certain", written: "plain" };
}

const TAG = 0x21;
const PLUS = 0x2b;
const HASH = 0x23;
const WORD_BYTES_MAX = 64;

function behindWord(text: Buffer, from: number): number {
  let at = from;
  while (at < from + WORD_BYTES_MAX && text[at]! > c.SPACE) at++;
  return c.skipBlanks(text, at);
}

/** Whether only signs for indent and line ends follow, and a comment. */
function isBlockHeader(text: Buffer, from: number, lineEnd: number): boolean {
  let at = from;
  while (text[at] === c.DASH || text[at] === PLUS || c.isDigit(text[at])) at++;
  if (text[c.skipBlanks(text, at)] === HASH && c.isBlank(text[at])) return true;
  while (at < lineEnd && c.isGap(text[at])) at++;
  return at === lineEnd;
}

/** The end of the last line below that is further in than `indent`; -1 where the next is not. Empty lines count as such. */
function deeperEnd(text: Buffer, indent: number, lineEnd: number, lines: Lines): number {
  let end = -1;
  for (let at = lineEnd; at < text.length; ) {
    const next = Math.max(behindLineEnd(text, at), at + 1);
    if (next >= text.length) break;
    const stop = lines.endOf(next);
    const isEmpty = isBlankLine(text, next, stop);
    if (!isEmpty && indentOf(text, next) <= indent) break;
    if (!isEmpty) end = withoutGaps(text, next, stop);
    at = stop;
  }
  return end;
}

/**
 * The end of a value that goes on over the lines below: those of a folded header, which begin with a blank (RFC 9112, 5.2), and in
 * YAML those further in than the key. -1 where the next is none. A line that is a pair itself, or a frame of a stack
 * trace, is none but in a header.
 */
export function foldedEnd(
  text: Buffer,
  indent: number,
  lineEnd: number,
  isHeader: boolean,
  lines: Lines,
): number {
  let end = -1;
  for (let at = lineEnd; at < text.length; ) {
    const next = Math.max(behindLineEnd(text, at), at + 1);
    if (next >= text.length) break;
    const stop = lines.endOf(next);
    if (isBlankLine(text, next, stop) || indentOf(text, next) <= indent) break;
    if (isFrame(text, next) || (isKeyLine(text, next) && !isHeader)) break;
    end = withoutGaps(text, next, stop);
    at = stop;
  }
  return end;
}

/** `	at com.shop.Login`, `  File "a.py"`, `    from a.rb:1`, `    raise`: not of a value that the line above begins. */
function isFrame(text: Buffer, lineStart: number): boolean {
  const at = c.skipBlanks(text, lineStart);
  return FRAMES.some((word) => c.says(text, at, word));
}

const FRAMES = ["at ", 'File "', "from ", "in ", "#", "... ", "raise ", "--- "];

/** What stands on the lines below `key:`, further in: a text, a list, or a map that goes whole. */
export function blockBelow(
  text: Buffer,
  keyStart: number,
  at: number,
  entry: KeyEntry,
  lines: Lines,
): ValueSpan | undefined {
  const lineStart = lineStartOf(text, keyStart);
  const lineEnd = lines.endOf(at);
  if (lineStart < 0 || !isBlankLine(text, at, lineEnd)) return undefined;
  const indent = keyStart - lineStart;
  const first = Math.max(behindLineEnd(text, lineEnd), lineEnd + 1);
  const isList = isItem(text, first) && indentOf(text, first) >= indent;
  if (isFrame(text, first) || (!isList && indentOf(text, first) <= indent)) return undefined;
  if (isKeyLine(text, first) && !entry.actsOnMaps) return undefined;
  const end = isList ? listEnd(text, indent, lineEnd, lines) : deeperEnd(text, indent, lineEnd, lines);
  if (end < 0 || !(isList || isOfBlock(text, lineStart, lineEnd) || isOfBlock(text, lineStart, end)))
    return undefined;
  let start = c.skipBlanks(text, first);
  if (isList) start = c.skipBlanks(text, start + 1);
  return start >= end ? undefined : { start, end, next: end, evidence: "line", written: "plain" };
}

/** As {@link deeperEnd}, with the items of a list that are no further in than its key. */
function listEnd(text: Buffer, indent: number, lineEnd: number, lines: Lines): number {
  let end = -1;
  for (let at = lineEnd; at < text.length; ) {
    const next = Math.max(behindLineEnd(text, at), at + 1);
    if (next >= text.length) break;
    const stop = lines.endOf(next);
    const isFurther =
      indentOf(text, next) > indent || (indentOf(text, next) === indent && isItem(text, next));
    if (!isFurther || isBlankLine(text, next, stop)) break;
    end = withoutGaps(text, next, stop);
    at = stop;
  }
  return end;
}

function isItem(text: Buffer, lineStart: number): boolean {
  const at = c.skipBlanks(text, lineStart);
  return text[at] === c.DASH && c.isBlank(text[at + 1]);
}

function isBlankLine(text: Buffer, start: number, end: number): boolean {
  return withoutGaps(text, start, end) === start;
}

function withoutGaps(text: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && c.isGap(text[at - 1])) at--;
  return at;
}
