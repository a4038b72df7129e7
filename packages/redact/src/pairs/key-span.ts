import { isNameKey } from "./apart.ts";
import {
  AMPERSAND,
  BACKSLASH,
  CLOSING_BRACKET,
  COLON,
  EQUALS,
  GREATER,
  isBlank,
  isDigit,
  isLetter,
  isOfName,
  isQuote,
  LESS,
  OPENING_BRACKET,
  QUESTION,
  SEMICOLON,
  SLASH,
  says,
} from "./characters.ts";

/** Where a key lies in a text, and what leads from it to its value. */
export interface KeySpan {
  readonly start: number;
  readonly end: number;
  /** It stands in quotes of its own: `"email": …`. */
  readonly isQuoted: boolean;
  /** The quote that opens directly before the key and does not close behind it: `-H "Authorization: …"`. */
  readonly enclosing: number | undefined;
  readonly sign: "=" | ":" | "element" | "closing tag" | "tag";
  /** Blanks stand between key and sign: `a = b`. */
  readonly isSpaced: boolean;
  /** Behind the sign. */
  readonly signEnd: number;
}

const VALUE = "value";

/** `**Email**: x` of Markdown. */
const STAR = 0x2a;

/** Names are shorter; what is longer is data. */
const NAME_BYTES_MAX = 128;

/**
 * The key that ends before the sign `text[signAt]`, of which some bytes from `found` on were recognised; undefined where
 * it is none after all: `std::token`, `a -> token`.
 */
export function keySpanAt(text: Buffer, found: number, signAt: number): KeySpan | undefined {
  const isNamed = says(text, signAt - VALUE.length, VALUE) && signAt - VALUE.length > found; // `name="key" value="…"`
  let end = isNamed ? signAt - VALUE.length : signAt;
  if (text[signAt] === GREATER && text[end - 1] === SLASH) end--; // `<property value="x" name="key"/>`
  while (end > found && isBlank(text[end - 1])) end--;
  const quotesEnd = end;
  while (end > found && isCloser(text[end - 1]!)) end--;
  const start = nameStart(text, found);
  if (start >= end || isInLabel(text, start, end)) return undefined;
  const before = isQuote(text[start - 1]) ? text[start - 1] : undefined;
  const isQuoted = before !== undefined && before === text[quotesEnd - 1];
  const sign = signOf(text, start, signAt, isQuoted);
  if (sign === undefined) return undefined;
  return {
    start,
    end,
    isQuoted,
    enclosing: isQuoted || isQuote(text[quotesEnd - 1]) ? undefined : before,
    sign,
    isSpaced: quotesEnd < signAt && !isNamed,
    signEnd: behindSign(text, signAt, sign),
  };
}

/** `[REDACTED:email]: …` says what was there, not what follows. What is behind JSON may begin inside the brackets. */
function isInLabel(text: Buffer, start: number, end: number): boolean {
  return text[end] === CLOSING_BRACKET && LABEL_NAMES.some((name) => says(text, start - name.length, name));
}

const LABEL_NAMES = ["REDACTED:", "WITHHELD:"];

/** Of `userPassword`, where only `password` was recognised, the whole name. */
function nameStart(text: Buffer, found: number): number {
  const lowest = Math.max(0, found - NAME_BYTES_MAX);
  let start = found;
  while (start > lowest && isOfName(text[start - 1])) start--;
  if (text[start - 1] === BACKSLASH && isEscapeLetter(text[start])) start++; // `\nPassword: …`
  while (start < found && !isLetter(text[start]) && !isDigit(text[start]) && text[start]! < 0x80) start++;
  return start;
}

function isEscapeLetter(byte: number | undefined): boolean {
  return byte === 0x6e || byte === 0x72 || byte === 0x74;
}

function isCloser(byte: number): boolean {
  return isQuote(byte) || byte === BACKSLASH || byte === CLOSING_BRACKET || byte === STAR;
}

function signOf(text: Buffer, start: number, signAt: number, isQuoted: boolean): KeySpan["sign"] | undefined {
  switch (text[signAt]) {
    case EQUALS:
      return text[signAt + 1] === 0x7e ? undefined : "="; // `=~` compares
    case COLON:
      return text[signAt + 1] === COLON ? undefined : ":"; // `::` is part of a name
    default:
      return elementSign(text, start, signAt, isQuoted);
  }
}

/** `<ns:key>`, `</ns:key>`, and `<entry key="key">`. */
function elementSign(
  text: Buffer,
  start: number,
  signAt: number,
  isQuoted: boolean,
): KeySpan["sign"] | undefined {
  if (isQuoted && !(text[start - 2] === EQUALS && isNameKey(text, start - 2))) return undefined;
  if (text[signAt - 1] === SLASH) return isQuoted ? "tag" : undefined;
  if (isQuoted) return "element";
  let at = start;
  const lowest = Math.max(0, start - NAME_BYTES_MAX);
  while (at > lowest && (isOfName(text[at - 1]) || text[at - 1] === COLON)) at--;
  if (text[at - 1] === LESS) return "element";
  return text[at - 1] === SLASH && text[at - 2] === LESS ? "closing tag" : undefined;
}

/** Behind `=`, `==`, `=>`, `:=`, `:`, `>`. */
function behindSign(text: Buffer, signAt: number, sign: KeySpan["sign"]): number {
  let at = signAt + 1;
  if (sign !== "=" && sign !== ":") return at;
  if (sign === ":" && text[at] === EQUALS) at++;
  while (sign === "=" && text[at] === EQUALS && at < signAt + 3) at++;
  if (sign === "=" && text[at] === GREATER) at++;
  return at;
}

/**
 * Where the word before the key begins, if exactly one blank is between: `page token: …` is no token. The key's own start where there is none.
 */
export function phraseStart(text: Buffer, { start, isQuoted, enclosing }: KeySpan): number {
  if (isQuoted || enclosing !== undefined || text[start - 1] !== 0x20 || !isLetter(text[start - 2]))
    return start;
  let at = start - 1;
  const lowest = Math.max(0, start - NAME_BYTES_MAX);
  while (at > lowest && isOfName(text[at - 1])) at--;
  return at;
}

/** Where a pair stands, which says what ends its value. */
export type PairPlace = "text" | "query" | "path";

/** Whether the pair is one of a query or form body (`?key=`, `&key=`), or of a URL's path (`/a;key=`). */
export function placeOf(text: Buffer, { start }: KeySpan): PairPlace {
  let before = text[start - 1];
  if (before === OPENING_BRACKET) before = text[nameStart(text, start - 1) - 1]; // `&user[key]=`
  if (before === QUESTION || before === AMPERSAND) return "query";
  return before === SEMICOLON && isInPath(text, start - 1) ? "path" : "text";
}

/** Whether what stands before, up to white space, has a slash: `/cart;jsessionid=`, not `Server=db;pwd=`. */
function isInPath(text: Buffer, end: number): boolean {
  const lowest = Math.max(0, end - NAME_BYTES_MAX);
  for (let at = end - 1; at >= lowest; at--) {
    const byte = text[at]!;
    if (byte === SLASH) return true;
    if (byte === EQUALS || byte <= 0x20 || isQuote(byte) || byte === OPENING_BRACKET) return false;
  }
  return false;
}
