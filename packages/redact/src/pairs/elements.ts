import * as c from "./characters.ts";
import type { ValueSpan } from "./value-span.ts";

const CDATA = "<![CDATA[";
const DATA_END = "]]>";
/** Longer texts of an element are documents. */
const ELEMENT_BYTES_MAX = 8192;
/** Tags are shorter, with their attributes. */
const TAG_BYTES_MAX = 512;

/** Elements that only hold the value of the one around them, or beside them, by their local name. */
const VALUE_ELEMENTS: ReadonlySet<string> = new Set(
  "attributevalue content data string text val value".split(" "),
);
const VALUE_NAME_BYTES_MAX = 32;
/** `<value><string>x</string></value>` */
const VALUE_DEPTH_MAX = 3;

/** `<password>hunter2</password>`, from the opening tag on; also in `<value>`, and in sections of character data. */
export function elementText(text: Buffer, from: number): ValueSpan | undefined {
  let start = skipGaps(text, from);
  for (let depth = 0; depth < VALUE_DEPTH_MAX; depth++) {
    const inside = behindValueTag(text, start);
    if (inside < 0) break;
    start = skipGaps(text, inside);
  }
  let isData = false;
  if (c.says(text, start, CDATA)) {
    start += CDATA.length;
    isData = true;
  }
  const limit = Math.min(text.length, start + ELEMENT_BYTES_MAX);
  let end = start;
  while (end < limit && (isData ? !c.says(text, end, DATA_END) : text[end] !== c.LESS)) end++;
  const next = end;
  while (end > start && c.isGap(text[end - 1])) end--;
  return end === start
    ? undefined
    : { start, end, next, evidence: "certain", written: isData ? "plain" : "markup" };
}

/** Behind the opening tag at `at`, if it is one of an element that only holds a value; else -1. */
function behindValueTag(text: Buffer, at: number): number {
  if (text[at] !== c.LESS || !c.isLetter(text[at + 1])) return -1;
  let nameEnd = at + 1;
  let nameStart = nameEnd;
  while (nameEnd <= at + VALUE_NAME_BYTES_MAX && (c.isOfName(text[nameEnd]) || text[nameEnd] === c.COLON)) {
    if (text[nameEnd] === c.COLON) nameStart = nameEnd + 1;
    nameEnd++;
  }
  if (!VALUE_ELEMENTS.has(text.toString("latin1", nameStart, nameEnd).toLowerCase())) return -1;
  const end = tagEnd(text, nameEnd);
  return end < 0 || text[end - 1] === c.SLASH ? -1 : end + 1;
}

/** Where the `>` of a tag is, or -1. */
function tagEnd(text: Buffer, from: number): number {
  const limit = Math.min(text.length, from + TAG_BYTES_MAX);
  for (let at = from; at < limit && text[at] !== c.LESS; at++) if (text[at] === c.GREATER) return at;
  return -1;
}

/** The text before `</password>`, where the opening tag has attributes. */
export function textBefore(text: Buffer, nameStart: number, next: number): ValueSpan | undefined {
  let end = nameStart;
  while (end > 0 && text[end - 1] !== c.LESS) end--;
  end--;
  const lowest = Math.max(0, end - ELEMENT_BYTES_MAX);
  if (c.says(text, end - DATA_END.length, DATA_END))
    return dataBefore(text, lowest, end - DATA_END.length, next);
  while (end > lowest && c.isGap(text[end - 1])) end--;
  let start = end;
  while (start > lowest && text[start - 1] !== c.GREATER) start--;
  if (start === lowest) return undefined; // nothing opens it
  while (start < end && c.isGap(text[start])) start++;
  return start === end ? undefined : { start, end, next, evidence: "certain", written: "markup" };
}

function dataBefore(text: Buffer, lowest: number, end: number, next: number): ValueSpan | undefined {
  const open = text.subarray(lowest, end).lastIndexOf(CDATA);
  const start = lowest + open + CDATA.length;
  return open < 0 || start === end ? undefined : { start, end, next, evidence: "certain", written: "plain" };
}

/**
 * All that is in the element whose text begins at `from` with another element: `<credentials><a>x</a></credentials>`.
 * Undefined where it does not, or has no end near enough.
 */
export function elementContent(text: Buffer, name: string, from: number): ValueSpan | undefined {
  const start = skipGaps(text, from);
  if (text[start] !== c.LESS || !c.isLetter(text[start + 1])) return undefined;
  const limit = Math.min(text.length, start + ELEMENT_BYTES_MAX);
  let depth = 1;
  for (let at = start; at < limit; at++) {
    if (text[at] !== c.LESS) continue;
    const isClosing = text[at + 1] === c.SLASH;
    if (!isTagOf(text, isClosing ? at + 2 : at + 1, name)) continue;
    depth += isClosing ? -1 : 1;
    if (depth > 0) continue;
    let end = at;
    while (end > start && c.isGap(text[end - 1])) end--;
    return { start, end, next: at, evidence: "whole", written: "markup" };
  }
  return undefined;
}

/** What was read for nothing by {@link elementContent} at most. */
export const CONTENT_BYTES_MAX: number = ELEMENT_BYTES_MAX;

function isTagOf(text: Buffer, at: number, name: string): boolean {
  if (!c.says(text, at, name)) return false;
  const next = text[at + name.length];
  return next === c.GREATER || next === c.SLASH || c.isGap(next);
}

/** The value of `<property value="x" name="password"/>`, where the tag ends behind the key at `keyStart`. */
export function valueInTag(text: Buffer, keyStart: number, next: number): ValueSpan | undefined {
  const lowest = Math.max(0, keyStart - TAG_BYTES_MAX);
  for (let at = keyStart - 1; at >= lowest && text[at] !== c.LESS && text[at] !== c.GREATER; at--) {
    if (!c.isGap(text[at]) || !c.says(text, at + 1, VALUE_ATTRIBUTE)) continue;
    const quote = text[at + 1 + VALUE_ATTRIBUTE.length];
    const start = at + 2 + VALUE_ATTRIBUTE.length;
    const end = text.subarray(start, keyStart).indexOf(quote ?? 0);
    if (!c.isQuote(quote) || end <= 0) return undefined;
    return { start, end: start + end, next, evidence: "certain", written: "markup" };
  }
  return undefined;
}

const VALUE_ATTRIBUTE = "value=";

function skipGaps(text: Buffer, from: number): number {
  let at = from;
  while (c.isGap(text[at])) at++;
  return at;
}
