import { BACKSLASH, isGap, isLetter, isQuote } from "./characters.ts";

/** What lies between quotes, and where the text goes on behind them. */
export interface QuotedSpan {
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** Escapes of escapes that occur: JSON in a JSON string in a JSON string. */
const BACKSLASHES_MAX = 7;

/** A quoted value that goes on over lines is one only if it ends within so many bytes. */
const LINES_BYTES_MAX = 8192;

/**
 * The value in quotes that begins at `at`; undefined where none does. Quotes may be escaped (`\"`), tripled, or have
 * a letter before them, as Python's `b'…'`. One that is not closed goes to the end of its line.
 */
export function quotedAt(
  text: Buffer,
  at: number,
  lineEnd: (from: number) => number,
): QuotedSpan | undefined {
  let open = at;
  if (isLetter(text[open]) && isQuote(text[open + 1])) open++; // b'…', u"…"
  const escapes = backslashesAt(text, open);
  open += escapes;
  const quote = text[open];
  if (escapes > BACKSLASHES_MAX || !isQuote(quote)) return undefined;
  if (escapes === 0 && text[open + 1] === quote) {
    if (text[open + 2] !== quote) return { start: open + 1, end: open + 1, next: open + 2 };
    return tripled(text, open, quote!);
  }
  const start = open + 1;
  const lineStop = lineEnd(start);
  const end = closingQuote(
    text,
    start,
    Math.min(text.length, Math.max(lineStop, start + LINES_BYTES_MAX)),
    quote!,
    escapes,
  );
  if (end < 0 || (end > lineStop && !isBehindValue(text, end + escapes + 1)))
    return { start, end: lineStop, next: lineStop };
  return { start, end, next: end + escapes + 1 };
}

function tripled(text: Buffer, open: number, quote: number): QuotedSpan {
  const start = open + 3;
  const end = text.indexOf(Buffer.of(quote, quote, quote), start);
  return end < 0 ? { start, end: text.length, next: text.length } : { start, end, next: end + 3 };
}

/** Where the closing quote and its backslashes begin, or -1. */
function closingQuote(text: Buffer, start: number, limit: number, quote: number, escapes: number): number {
  for (let at = start; at < limit; ) {
    const run = backslashesAt(text, at);
    const behind = at + run;
    if (text[behind] === quote && behind < limit) {
      const isDoubled =
        escapes === 0 && run === 0 && text[behind + 1] === quote && !isBehindValue(text, behind + 1);
      if (isDoubled) {
        at = behind + 2; // `'O''Brien'`
        continue;
      }
      if (escapes === 0 ? run % 2 === 0 : run === escapes) return behind - escapes;
    }
    at = behind + 1;
  }
  return -1;
}

function backslashesAt(text: Buffer, at: number): number {
  let end = at;
  while (text[end] === BACKSLASH) end++;
  return end - at;
}

/** Whether what stands at `at` may follow a value. */
function isBehindValue(text: Buffer, at: number): boolean {
  const byte = text[at];
  return byte === undefined || isGap(byte) || ",;)]}>&|/\\:.".includes(String.fromCharCode(byte));
}

/** Where the quote that encloses key and value closes, on this line. */
export function enclosingEnd(text: Buffer, from: number, quote: number, lineEnd: number): number {
  for (let at = from; at < lineEnd; at++) {
    if (text[at] === BACKSLASH && text[at + 1] !== quote) at++;
    else if (text[at] === quote) return text[at - 1] === BACKSLASH ? at - 1 : at;
  }
  return lineEnd;
}
