import { wordEnd } from "./bare-value.ts";
import * as c from "./characters.ts";
import { elementText } from "./elements.ts";
import type { Lines } from "./lines.ts";
import { quotedAt } from "./quoted-value.ts";
import type { ValueSpan } from "./value-span.ts";

/** A value, and the name that stands elsewhere than a key does. */
export interface ApartSpan {
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly value: ValueSpan;
}

/** Longer strings are no names. */
const NAME_BYTES_MAX = 128;

/** Keys of a name, behind which it stands. */
const NAME_KEYS = /(?:name|key|id|field|header|param|parameter|attribute|property|variable)$/i;
const NAME_KEY_BYTES_MAX = 10;

/**
 * The value behind the sign at `signAt` in `'name': 'Authorization', 'value': 'x'`, and in the same of JavaScript and
 * YAML, of which the match began at `found`. Undefined where no name is said before.
 */
export function valueOfName(
  text: Buffer,
  found: number,
  signAt: number,
  lines: Lines,
): ApartSpan | undefined {
  const quote = c.isQuote(text[found]) ? text[found] : undefined;
  const name = quote === undefined ? bareName(text, found) : quotedName(text, found);
  if (name === undefined || !isBehindNameKey(text, name.start, quote)) return undefined;
  const at = c.skipBlanks(text, signAt + 1);
  if (text[at] === undefined || c.isGap(text[at])) return undefined;
  const value = quotedAt(text, at, (from) => lines.endOf(from)) ?? bareValue(text, at, quote, lines);
  if (value.start === value.end) return undefined;
  return {
    nameStart: name.start,
    nameEnd: name.end,
    value: { ...value, evidence: "certain", written: "escaped" },
  };
}

/** The name whose closing quote is at `quoteAt`. */
function quotedName(text: Buffer, quoteAt: number): { start: number; end: number } | undefined {
  let end = quoteAt;
  while (text[end - 1] === c.BACKSLASH) end--;
  return nameBefore(text, end);
}

/** The name that ends where the line ends, at `lineEnd`. */
function bareName(text: Buffer, lineEnd: number): { start: number; end: number } | undefined {
  let end = lineEnd;
  if (text[end - 1] === c.CARRIAGE_RETURN) end--;
  else if (c.says(text, end - 2, "\\r")) end -= 2;
  while (c.isQuote(text[end - 1]) || text[end - 1] === c.BACKSLASH) end--;
  return nameBefore(text, end);
}

function nameBefore(text: Buffer, end: number): { start: number; end: number } | undefined {
  const lowest = Math.max(0, end - NAME_BYTES_MAX);
  let start = end;
  while (start > lowest && c.isOfName(text[start - 1])) start--;
  return start === end ? undefined : { start, end };
}

/** Whether what ends at `end` is a key under which names stand: `name`, `Key`, `fieldName`. */
export function isNameKey(text: Buffer, end: number): boolean {
  return NAME_KEYS.test(text.toString("latin1", Math.max(0, end - NAME_KEY_BYTES_MAX - 1), end));
}

/** Whether `name: ` or `"key":"` stands before, in the quotes that the name has. */
function isBehindNameKey(text: Buffer, nameStart: number, quote: number | undefined): boolean {
  let at = nameStart;
  while (c.isQuote(text[at - 1]) || text[at - 1] === c.BACKSLASH) at--;
  if (quote !== undefined && at === nameStart) return false;
  while (c.isBlank(text[at - 1])) at--;
  if (text[at - 1] !== c.COLON && text[at - 1] !== c.EQUALS && text[at - 1] !== c.GREATER) return false;
  at--;
  if (text[at - 1] === c.EQUALS) at--;
  while (c.isQuote(text[at - 1]) || text[at - 1] === c.BACKSLASH || c.isBlank(text[at - 1])) at--;
  return isNameKey(text, at);
}

/** Of YAML to the end of its line, else to what ends a word. */
function bareValue(text: Buffer, at: number, quote: number | undefined, lines: Lines) {
  let end = quote === undefined ? lines.endOf(at) : wordEnd(text, at, "text");
  while (end > at && c.isGap(text[end - 1])) end--;
  return { start: at, end, next: end };
}

/** The value of `<key>password</key><string>x</string>`, whose match began with the name's closing tag at `found`. */
export function valueOfNameElement(text: Buffer, found: number, openAt: number): ApartSpan | undefined {
  const name = nameBefore(text, found);
  if (name === undefined || text[name.start - 1] !== c.GREATER) return undefined;
  const value = elementText(text, openAt);
  return value && { nameStart: name.start, nameEnd: name.end, value };
}

/** The second of `('Authorization', 'Bearer x')`, whose opening quote is at `quoteAt`: so Python prints headers. */
export function valueInTuple(
  text: Buffer,
  found: number,
  quoteAt: number,
  lines: Lines,
): ApartSpan | undefined {
  let nameStart = found + 1;
  while (!c.isQuote(text[nameStart])) nameStart++;
  nameStart++;
  let nameEnd = nameStart;
  while (c.isOfName(text[nameEnd])) nameEnd++;
  const value = quotedAt(text, quoteAt, (from) => lines.endOf(from));
  if (value === undefined || value.start === value.end || text[value.next] !== c.CLOSING_PARENTHESIS)
    return undefined;
  return { nameStart, nameEnd, value: { ...value, evidence: "certain", written: "escaped" } };
}
