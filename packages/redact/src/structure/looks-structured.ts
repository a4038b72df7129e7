import type { KeyEntry } from "../key-entry.ts";
import { byteOrderMark } from "./json-tokens.ts";
import { schemeEnd } from "./url-parts.ts";

const QUOTE = 0x22;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;

/** Whether a text may have parts that are decided by keys of their own. */
export function looksStructured(source: Buffer, start: number, end: number, entry: KeyEntry): boolean {
  const { text } = entry.decision;
  if (text !== "plain") return true;
  const first = firstByte(source, start, end);
  return isOpening(source[first]) || source[first] === QUOTE || schemeEnd(source, first, end) >= 0;
}

export function beginsLikeJson(source: Buffer, start: number, end: number): boolean {
  return isOpening(source[firstByte(source, start, end)]);
}

/** Whether a text begins with a bracket and what may follow it in JSON; a label has a bracket too. */
export function opensJson(source: Buffer, start: number, end: number): boolean {
  if (!beginsLikeJson(source, start, end)) return false;
  let at = firstByte(source, start, end) + 1;
  while (at < end && source[at]! <= 0x20) at++;
  return at < end && AFTER_OPENING.has(source[at]!);
}

const AFTER_OPENING: ReadonlySet<number> = new Set(Buffer.from('"[{]}-0123456789'));

/** Offset of the first byte that is no white space or byte order mark; the last one where there is none. */
export function firstByte(source: Buffer, start: number, end: number): number {
  if (source[start]! > 0x20 && source[start]! < 0xef) return start; // nearly always
  let at = start + byteOrderMark(source, start);
  while (at < end - 1 && source[at]! <= 0x20) at++;
  return at;
}

function isOpening(byte: number | undefined): boolean {
  return byte === OPENING_BRACE || byte === OPENING_BRACKET;
}
