import {
  AMPERSAND,
  BACKSLASH,
  BAR,
  COLON,
  COMMA,
  EQUALS,
  isBlank,
  isDigit,
  isGap,
  isLetter,
  isOfName,
  isQuote,
  isUpper,
  LESS,
  QUESTION,
  SEMICOLON,
  SLASH,
  skipBlanks,
} from "./characters.ts";
import type { PairPlace } from "./key-span.ts";

const HASH = 0x23;

/** Words of a name or an address behind the first that are taken with it. */
const WORDS_MAX = 6;
/** Longer words are no part of a name. */
const WORD_BYTES_MAX = 32;
/** `van`, `de`, `bin`, `ibn`: small words inside names. */
const PARTICLE_BYTES_MAX = 3;

/** End of a value of one word: up to white space, a quote, or what separates pairs. */
export function wordEnd(text: Buffer, start: number, place: PairPlace): number {
  let at = start;
  while (at < text.length && !endsWord(text, at, start, place)) at++;
  const isOfList = text[at] === AMPERSAND || text[at] === SEMICOLON || text[start - 1] === SEMICOLON;
  if (place === "text" && !isOfList) at = commaEnd(text, start, at);
  return withoutClosers(text, start, at);
}

function endsWord(text: Buffer, at: number, start: number, place: PairPlace): boolean {
  const byte = text[at]!;
  if (byte <= 0x20 || byte === AMPERSAND || byte === SEMICOLON || byte === LESS) return true;
  if (byte === COMMA) return place === "text" && beginsPair(text, at + 1);
  if (byte === BAR) return at > start;
  if (byte === BACKSLASH)
    return isQuote(text[at + 1]) || isEscapedGap(text, at) || text[at + 1] === BACKSLASH;
  if (isQuote(byte)) return !(byte === 0x27 && isLetter(text[at - 1]) && isLetter(text[at + 1]));
  if (place === "path" && (byte === SLASH || byte === QUESTION)) return true;
  return place !== "text" && (byte === HASH || byte === 0x29);
}

/** `\n`, `\r`, `\t` as they are written in a string. */
export function isEscapedGap(text: Buffer, at: number): boolean {
  const letter = text[at + 1];
  return text[at] === BACKSLASH && (letter === 0x6e || letter === 0x72 || letter === 0x74);
}

/** In a list a comma ends the value; what follows one may still belong to a password. */
function commaEnd(text: Buffer, start: number, end: number): number {
  for (let at = start + 1; at < end; at++) if (text[at] === COMMA) return at;
  return end;
}

/** Brackets and full stops at the end belong to what is around the value. */
function withoutClosers(text: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && ")]}>.,:!?".includes(String.fromCharCode(text[at - 1]!))) {
    if (text[at - 1] === 0x29 && text.subarray(start, at).includes("(")) break;
    at--;
  }
  return at;
}

/** Whether a name and `=` or `:` come next: another pair. */
export function beginsPair(text: Buffer, from: number): boolean {
  let at = skipBlanks(text, from);
  const start = at;
  while (at < start + WORD_BYTES_MAX * 2 && isOfName(text[at])) at++;
  if (at === start) return isQuote(text[at]);
  if (text[at] === EQUALS)
    return text[at + 1] !== EQUALS && !isGap(text[at + 1] ?? 0) && !isDigit(text[start]);
  return text[at] === COLON && isBlank(text[at + 1]);
}

/**
 * Where a name or an address of several words ends whose first word ends at `end`: `Jane van Doe`,
 * `12 Main Street`. It goes on with words that begin with a capital, and with small ones before such.
 */
export function phraseEnd(text: Buffer, start: number, end: number): number {
  const isParticle = end - start <= PARTICLE_BYTES_MAX && isLetter(text[end + 1]);
  if (!isUpper(text[start]) && !isDigit(text[start]) && !(text[start]! >= 0x80) && !isParticle) return end;
  let last = end;
  for (let words = 0, at = end; words < WORDS_MAX; words++) {
    if (text[at] !== 0x20) break;
    const word = at + 1;
    let stop = word;
    while (stop - word <= WORD_BYTES_MAX && isOfWord(text, stop)) stop++;
    const isEnd = stop === text.length || !isKeySign(text[stop]);
    if (stop === word || !isEnd) break;
    at = stop;
    if (isCapitalised(text, word, stop)) last = stop;
    else if (stop - word > PARTICLE_BYTES_MAX) break;
  }
  return withoutClosers(text, start, last);
}

function isOfWord(text: Buffer, at: number): boolean {
  const byte = text[at];
  return (
    isLetter(byte) ||
    isDigit(byte) ||
    byte === 0x2e ||
    byte === 0x2d ||
    byte === 0x27 ||
    (byte !== undefined && byte >= 0x80)
  );
}

function isKeySign(byte: number | undefined): boolean {
  return byte === EQUALS || byte === COLON || byte === SLASH || byte === 0x5f || byte === 0x28;
}

/** `Doe`, `O'Neil`, `J.`, `12`, `Ünal`; not `GET`. */
function isCapitalised(text: Buffer, start: number, end: number): boolean {
  if (text[start]! >= 0x80) return true;
  if (isDigit(text[start])) return end - start <= 5;
  if (!isUpper(text[start])) return false;
  return end - start === 1 || !isUpper(text[start + 1]) || text[end - 1] === 0x2e;
}
