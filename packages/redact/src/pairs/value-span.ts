import type { KeyEntry } from "../key-entry.ts";
import { beginsPair, isEscapedGap, phraseEnd, wordEnd } from "./bare-value.ts";
import * as c from "./characters.ts";
import { elementContent, elementText, textBefore, valueInTag } from "./elements.ts";
import { blockBelow, blockScalar, foldedEnd } from "./further-lines.ts";
import type { JsonInText } from "./json-in-text.ts";
import { type KeySpan, placeOf } from "./key-span.ts";
import { isOfBlock, type Lines, lineStartOf } from "./lines.ts";
import { enclosingEnd, quotedAt } from "./quoted-value.ts";

/** Where the value of a key lies, and how its surroundings write it. */
export interface ValueSpan {
  readonly start: number;
  readonly end: number;
  /** Where the text goes on behind the value and what closes it. */
  readonly next: number;
  /**
   * How sure it is that it is one. On a line of its own it may be what is wrong with the value, in a sentence anything; `whole`
   * is all that a container has in it, whatever it looks like.
   */
  readonly evidence: "whole" | "certain" | "line" | "sentence";
  readonly written: "plain" | "escaped" | "percent" | "markup" | "json";
}

/** A key in a tag stands at most so far from its `<`. */
const TAG_BYTES_MAX = 512;

/** Schemes of `Authorization`, which has a blank before what matters. */
const SCHEMES: readonly string[] = [
  "basic",
  "bearer",
  "digest",
  "negotiate",
  "token",
  "apikey",
  "ntlm",
  "aws4-hmac-sha256",
];

/** The value of `key`; undefined where nothing stands in its place. */
export function valueSpanOf(
  text: Buffer,
  key: KeySpan,
  entry: KeyEntry,
  lines: Lines,
  jsons: JsonInText,
): ValueSpan | undefined {
  switch (key.sign) {
    case "element":
      return inElement(text, key, entry);
    case "closing tag":
      return textBefore(text, key.start, key.signEnd);
    case "tag":
      return valueInTag(text, key.start, key.signEnd);
  }
  const at = behindEmphasis(text, c.skipBlanks(text, key.signEnd));
  const isGapBefore = at > key.signEnd;
  if (text[at] === undefined) return undefined;
  const block = key.sign === ":" ? blockScalar(text, key.start, at, lines) : undefined;
  if (block !== undefined) return block;
  if (c.isGap(text[at]) || isEscapedGap(text, at))
    return key.sign === ":" ? blockBelow(text, key.start, at, entry, lines) : undefined;

  const quoted = quotedAt(text, at, (from) => lines.endOf(from));
  if (quoted !== undefined) return { ...quoted, evidence: "certain", written: writtenInQuotes(text, key) };
  const container = containerAt(text, key, at, lines, jsons);
  if (container !== undefined) return container;
  return key.sign === "="
    ? behindEquals(text, key, at, isGapBefore, entry, lines)
    : behindColon(text, key, at, entry, lines);
}

/** `**Password:** x`, as Markdown has it. */
function behindEmphasis(text: Buffer, at: number): number {
  return c.says(text, at, "**") && c.isBlank(text[at + 2]) ? c.skipBlanks(text, at + 2) : at;
}

/** The text of an element, or all of what is in it where the action is for that; of `<input name="key">` what its tag says. */
function inElement(text: Buffer, key: KeySpan, entry: KeyEntry): ValueSpan | undefined {
  if (key.isQuoted) return valueInTag(text, key.start, key.signEnd) ?? elementText(text, key.signEnd);
  const own = elementText(text, key.signEnd);
  if (own !== undefined || !entry.actsOnMaps) return own;
  return elementContent(text, text.toString("latin1", key.start, key.end), key.signEnd);
}

// ---- what has an end of its own ----

/** The brace that closes a value; in ODBC two stand for one that is part of it (`{a}}b}`), elsewhere they close two. */
function braceEnd(text: Buffer, at: number, stop: number): number {
  const first = text.indexOf(c.CLOSING_BRACE, at);
  let close = first;
  while (close >= 0 && close < stop && text[close + 1] === c.CLOSING_BRACE)
    close = text.indexOf(c.CLOSING_BRACE, close + 2);
  return close < 0 || close >= stop ? first : close;
}

/** JSON, or what stands in brackets: `{p;w}` of ODBC, `[Bearer x]` of Java. */
function containerAt(
  text: Buffer,
  key: KeySpan,
  at: number,
  lines: Lines,
  jsons: JsonInText,
): ValueSpan | undefined {
  const open = text[at];
  if (open !== c.OPENING_BRACE && open !== c.OPENING_BRACKET) return undefined;
  const isMember = key.sign === "=" || key.isQuoted || isListOfBlock(text, key, at, lines);
  if (!isMember && isClassName(text, key)) return undefined;
  const end = jsons.endAt(at);
  if (end > at) return { start: at, end, next: end, evidence: "certain", written: "json" };
  if (!isMember) return undefined;
  const stop = lines.endOf(at);
  const close = open === c.OPENING_BRACE ? braceEnd(text, at, stop) : text.indexOf(c.CLOSING_BRACKET, at);
  if (close < 0 || close >= stop || close === at + 1 || text[at + 1] === open) return undefined;
  if (c.isOfName(text[close + 1])) return undefined;
  // A label has brackets of its own, in which those of a list go.
  const inside = open === c.OPENING_BRACE ? 1 : 0;
  return {
    start: at + inside,
    end: close + 1 - inside,
    next: close + 1,
    evidence: "certain",
    written: "plain",
  };
}

/** `passwords: [a, b]` among other lines of YAML. */
function isListOfBlock(text: Buffer, key: KeySpan, at: number, lines: Lines): boolean {
  const lineStart = lineStartOf(text, key.start);
  const lineEnd = lines.endOf(at);
  return (
    lineStart >= 0 &&
    text[trimmed(text, at, lineEnd) - 1] ===
      (text[at] === c.OPENING_BRACE ? c.CLOSING_BRACE : c.CLOSING_BRACKET) &&
    isOfBlock(text, lineStart, lineEnd)
  );
}

/** `InvalidToken: {…}` of an exception, whose message follows. */
function isClassName(text: Buffer, { start, end }: KeySpan): boolean {
  if (!c.isUpper(text[start])) return false;
  for (let at = start + 2; at < end; at++)
    if (c.isUpper(text[at]) && c.isLetter(text[at - 1]) && !c.isUpper(text[at - 1])) return true;
  return false;
}

// ---- what ends where something else begins ----

function behindEquals(
  text: Buffer,
  key: KeySpan,
  at: number,
  isGapBefore: boolean,
  entry: KeyEntry,
  lines: Lines,
): ValueSpan | undefined {
  if (isGapBefore && !key.isSpaced) return undefined; // `a= b=1`: a has none
  const place = placeOf(text, key);
  let end = wordEnd(text, at, place);
  if (place !== "text" || text[end] === c.AMPERSAND) return bare(at, end, "percent");
  if (key.enclosing !== undefined) end = Math.max(end, enclosedEnd(text, at, end, key.enclosing, lines));
  return bare(at, furtherEnd(text, key, at, end, entry, lines), writtenInTag(text, key) ? "markup" : "plain");
}

/** `"Server=db;Password=a b"`: to the closing quote only where nothing else separates. */
function enclosedEnd(text: Buffer, at: number, end: number, quote: number, lines: Lines): number {
  if (text[end] !== c.SPACE) return end;
  const close = enclosingEnd(text, at, quote, lines.endOf(at));
  for (let i = end; i < close; i++) if (text[i] === c.EQUALS || text[i] === c.SEMICOLON) return end;
  return close;
}

function behindColon(
  text: Buffer,
  key: KeySpan,
  at: number,
  entry: KeyEntry,
  lines: Lines,
): ValueSpan | undefined {
  if (text[at] === c.OPENING_BRACE && !key.isQuoted) return undefined; // an object that no reader knows
  const lineEnd = trimmed(text, at, lines.endOf(at));
  const isHeader = isHeaderName(text, key);
  if (key.enclosing !== undefined) {
    const end = enclosingEnd(text, at, key.enclosing, lineEnd);
    return { ...bare(at, isHeader ? headerEnd(text, at, end) : end, "plain"), evidence: "line" };
  }
  if (key.isQuoted)
    return bare(at, furtherEnd(text, key, at, wordEnd(text, at, "text"), entry, lines), "plain");
  const lineStart = lineStartOf(text, key.start);
  const isBlock = lineStart >= 0 && isOfBlock(text, lineStart, lines.endOf(at));
  const further =
    lineStart >= 0 ? foldedEnd(text, key.start - lineStart, lines.endOf(at), isHeader, lines) : -1;
  if (isBlock || further >= 0) return { ...bare(at, Math.max(lineEnd, further), "plain"), evidence: "line" };
  if (isHeader) return { ...bare(at, headerEnd(text, at, lineEnd), "plain"), evidence: "line" };
  if (beginsPair(text, at)) return undefined;
  const end = furtherEnd(text, key, at, wordEnd(text, at, "text"), entry, lines);
  return { ...bare(at, end, "plain"), evidence: "sentence" };
}

/** A value of one word, or what goes on behind it: a token behind its scheme, a name, or all of a free text. */
function furtherEnd(
  text: Buffer,
  { sign }: KeySpan,
  at: number,
  end: number,
  entry: KeyEntry,
  lines: Lines,
): number {
  switch (entry.decision.class) {
    case "credential":
      return isScheme(text, at, end) ? wordEnd(text, c.skipBlanks(text, end), "text") : end;
    case "direct_identifier":
    case "location":
    case "quasi_identifier":
      return phraseEnd(text, at, end);
    case "client_address":
    case "endpoint":
      return end;
    default:
      return sign === "=" ? end : openEnd(text, at, lines.endOf(at)); // logfmt quotes what has blanks
  }
}

function isScheme(text: Buffer, start: number, end: number): boolean {
  if (text[end] !== c.SPACE || !c.isOfName(text[end + 1])) return false;
  return SCHEMES.includes(text.toString("latin1", start, Math.min(end, start + 32)).toLowerCase());
}

/** A free text goes to the next pair, or to the end of its line. */
function openEnd(text: Buffer, start: number, lineEnd: number): number {
  for (let at = start; at < lineEnd; at++) {
    if (c.isQuote(text[at]) && at > start && !c.isLetter(text[at + 1])) return at;
    if (text[at] === c.SPACE && beginsPair(text, at)) return trimmed(text, start, at);
  }
  return trimmed(text, start, lineEnd);
}

/** Several headers on one line: `Authorization: Bearer x, Accept: text/html`. */
function headerEnd(text: Buffer, start: number, lineEnd: number): number {
  for (let at = start; at < lineEnd; at++) {
    const byte = text[at];
    const close = byte === c.DOUBLE_QUOTE && text[at - 1] === c.EQUALS ? text.indexOf(byte, at + 1) : -1;
    if (close >= 0 && close < lineEnd) {
      at = close; // `Digest username="x", response="y"`
      continue;
    }
    if (byte === c.DOUBLE_QUOTE && text[at - 1] !== c.EQUALS && !c.isOfName(text[at + 1])) {
      return isClosedBefore(text, start, at) ? at : at + 1;
    }
    if (byte === c.CLOSING_BRACE || byte === c.CLOSING_BRACKET) return at;
    if (byte === c.COMMA && isNextHeader(text, at + 1)) return at;
  }
  return lineEnd;
}

function isClosedBefore(text: Buffer, start: number, end: number): boolean {
  let quotes = 0;
  for (let at = start; at < end; at++) if (text[at] === c.DOUBLE_QUOTE) quotes++;
  return quotes % 2 === 0;
}

function isNextHeader(text: Buffer, from: number): boolean {
  let at = c.skipBlanks(text, from);
  const start = at;
  while (at < start + 64 && c.isOfName(text[at])) at++;
  return at > start && text[at] === c.COLON;
}

function trimmed(text: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && c.isGap(text[at - 1])) at--;
  return at;
}

/** `X-Api-Key`, `Authorization`, `Cookie`: what they lead to has blanks and commas in it. */
function isHeaderName(text: Buffer, { start, end }: KeySpan): boolean {
  const name = text.toString("latin1", start, end).toLowerCase();
  return (
    name === "authorization" || name === "cookie" || /^[a-z0-9]{1,32}(?:-[a-z0-9]{1,32}){1,8}$/.test(name)
  );
}

function bare(start: number, end: number, written: ValueSpan["written"]): ValueSpan {
  return { start, end, next: end, evidence: "certain", written };
}

function writtenInQuotes(text: Buffer, key: KeySpan): ValueSpan["written"] {
  return writtenInTag(text, key) ? "markup" : "escaped";
}

/** Whether the key is an attribute of a tag: `<login password="x">`. */
function writtenInTag(text: Buffer, { start, isQuoted, sign }: KeySpan): boolean {
  if (isQuoted || sign !== "=" || !c.isGap(text[start - 1])) return false;
  const lowest = Math.max(0, start - TAG_BYTES_MAX);
  for (let at = start - 1; at >= lowest; at--) {
    if (text[at] === c.GREATER) return false;
    if (text[at] === c.LESS) return c.isLetter(text[at + 1]);
  }
  return false;
}
