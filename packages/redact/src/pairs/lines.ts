import { isEscapedGap } from "./bare-value.ts";
import { COLON, DASH, isBlank, isGap, isOfName, LINE_FEED, skipBlanks } from "./characters.ts";

/** What is looked at of a line to see what it begins with. */
const LINE_START_BYTES_MAX = 256;

/** Finds ends of lines, real ones and those written `\n` inside a string. Each byte of a text is read once. */
export class Lines {
  #text: Buffer = Buffer.alloc(0);
  #from = 0;
  #end = -1;

  enter(text: Buffer): void {
    this.#text = text;
    this.#from = 0;
    this.#end = -1;
  }

  /** Where the line that holds `from` ends. */
  endOf(from: number): number {
    if (this.#from <= from && from <= this.#end) return this.#end;
    const text = this.#text;
    let at = from;
    while (at < text.length && text[at] !== LINE_FEED && !isEscapedGap(text, at)) at++;
    this.#from = from;
    this.#end = at;
    return at;
  }
}

/** Where the line begins in which `at` lies, if only blanks or a list's dash are between; -1 where there is more. */
export function lineStartOf(text: Buffer, at: number): number {
  const lowest = Math.max(0, at - LINE_START_BYTES_MAX);
  let start = at;
  while (start > lowest && (isBlank(text[start - 1]) || (text[start - 1] === DASH && isBlank(text[start]))))
    start--;
  if (start === 0 || text[start - 1] === LINE_FEED) return start;
  return isEscapedGap(text, start - 2) ? start : -1;
}

/** Blanks that the line at `start` begins with. */
export function indentOf(text: Buffer, start: number): number {
  return skipBlanks(text, start, start + LINE_START_BYTES_MAX) - start;
}

/**
 * Whether the line at `start` is one of several `key: value` lines: of a header block or of YAML. The line alone
 * doesn't tell: `password: must not be empty` is a sentence.
 */
export function isOfBlock(text: Buffer, start: number, end: number): boolean {
  if (isKeyLine(text, behindLineEnd(text, end))) return true;
  const previousEnd = start - (text[start - 1] === LINE_FEED ? 1 : 2);
  if (previousEnd <= 0) return false;
  const lowest = Math.max(0, previousEnd - LINE_START_BYTES_MAX);
  let previous = previousEnd;
  while (previous > lowest && text[previous - 1] !== LINE_FEED && !isEscapedGap(text, previous - 2))
    previous--;
  return isKeyLine(text, previous) || isMessageStart(text, previous, previousEnd);
}

/** Where the line begins that follows one which ends at `end`. */
export function behindLineEnd(text: Buffer, end: number): number {
  let at = end;
  while (isEscapedGap(text, at)) at += 2;
  return text[at] === LINE_FEED ? at + 1 : at;
}

export function isKeyLine(text: Buffer, start: number): boolean {
  let at = skipBlanks(text, start, start + LINE_START_BYTES_MAX);
  if (text[at] === DASH && isBlank(text[at + 1])) at = skipBlanks(text, at + 1, at + LINE_START_BYTES_MAX);
  const nameStart = at;
  while (at < nameStart + 64 && isOfName(text[at])) at++;
  if (at === nameStart || text[at] !== COLON) return false;
  const next = text[at + 1];
  return next === undefined || isGap(next) || isEscapedGap(text, at + 1);
}

/** `GET / HTTP/1.1` and `HTTP/1.1 200 OK`. */
function isMessageStart(text: Buffer, start: number, end: number): boolean {
  return text.subarray(start, end).includes("HTTP/");
}
