import { hexByte, hexDigit } from "./hex.ts";

/**
 * Expressions of which one matches in every escape that {@link EscapeReader} reads and that can stand for something
 * telling: `\u0040`, `\x40`, `%40`, `&#64;`, `&commat;`.
 */
export const ESCAPE_ATOMS: readonly string[] = [
  String.raw`\\(?:u[0-9A-Fa-f]{4}|u\{|x[2-7C-Fc-f][0-9A-Fa-f])`,
  "%[2-7C-Fc-f][0-9A-Fa-f]",
  "&(?:#[0-9Xx]|[A-Za-z]{2,8};)",
];

/** Names of HTML character references (HTML Living Standard, 13.5) for ASCII signs, spaces and what can't be seen. */
const ENTITIES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{
      Tab: 0x09,
      NewLine: 0x0a,
      excl: 0x21,
      quot: 0x22,
      QUOT: 0x22,
      num: 0x23,
      dollar: 0x24,
      percnt: 0x25,
    },
    ...{ amp: 0x26, AMP: 0x26, apos: 0x27, lpar: 0x28, rpar: 0x29, ast: 0x2a, midast: 0x2a, plus: 0x2b },
    ...{ comma: 0x2c, period: 0x2e, sol: 0x2f, colon: 0x3a, semi: 0x3b, lt: 0x3c, LT: 0x3c, equals: 0x3d },
    ...{ gt: 0x3e, GT: 0x3e, quest: 0x3f, commat: 0x40, lsqb: 0x5b, lbrack: 0x5b, bsol: 0x5c, rsqb: 0x5d },
    ...{ rbrack: 0x5d, Hat: 0x5e, lowbar: 0x5f, UnderBar: 0x5f, grave: 0x60, lcub: 0x7b, lbrace: 0x7b },
    ...{
      verbar: 0x7c,
      vert: 0x7c,
      rcub: 0x7d,
      rbrace: 0x7d,
      nbsp: 0xa0,
      shy: 0xad,
      hyphen: 0x2010,
      dash: 0x2010,
    },
    ...{
      ndash: 0x2013,
      mdash: 0x2014,
      minus: 0x2212,
      ensp: 0x2002,
      emsp: 0x2003,
      thinsp: 0x2009,
      zwnj: 0x200c,
    },
    ...{ zwj: 0x200d, lrm: 0x200e, rlm: 0x200f, NoBreak: 0x2060 },
  }),
);

const ENTITY_LETTERS_MAX = 8;
/** Longest numbers that can name a character. */
const DECIMAL_DIGITS_MAX = 7;
const HEX_DIGITS_MAX = 6;
/** Text that was escaped again and again has one more backslash, or twice as many, each time. */
const BACKSLASHES_MAX = 8;

const HASH = 0x23;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const LETTER_X = 0x78;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** Reads one escape where it lies. Makes nothing but the name of an HTML character reference. */
export class EscapeReader {
  /** What the escape that was read stands for. */
  codePoint = 0;
  /** Behind it; behind what can't begin one where none was read. */
  end = 0;

  /** Reads `%40` at `at`, or `%C3%BC`. */
  percent(text: Buffer, at: number): boolean {
    this.end = at + 1;
    return this.#bytes(text, at, 3);
  }

  /** Reads `\u0040`, `\u{40}`, `\ud83d\ude00`, `\x40` or `\xc3\xbc` at `at`, also with more than one backslash in front. */
  backslash(text: Buffer, at: number): boolean {
    let last = at;
    while (text[last + 1] === BACKSLASH) last++;
    this.end = last + 1;
    if (last - at >= BACKSLASHES_MAX) return false;
    if (text[last + 1] === LETTER_X) return this.#bytes(text, last, 4);
    return text[last + 1] === LETTER_U && this.#utf16(text, last);
  }

  /** Reads `&#64;`, `&#x40;` or `&commat;` at `at`. */
  ampersand(text: Buffer, at: number): boolean {
    this.end = at + 1;
    if (text[at + 1] !== HASH) return this.#entity(text, at);
    const isHex = (text[at + 2]! | 0x20) === LETTER_X;
    return isHex
      ? this.#number(text, at + 3, 16, HEX_DIGITS_MAX, SEMICOLON)
      : this.#number(text, at + 2, 10, DECIMAL_DIGITS_MAX, SEMICOLON);
  }

  /** UTF-8 of one character, byte by byte in escapes of `size`: three like `%40`, four like `\x40`. */
  #bytes(text: Buffer, at: number, size: number): boolean {
    const first = hexByte(text, at + size - 2);
    if (first < 0x80) return first >= 0 && this.#take(first, at + size);
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length === 0) return false;
    let codePoint = first & (0x7f >> length);
    for (let i = 1; i < length; i++) {
      const from = at + i * size;
      const byte = text[from] === text[at] ? hexByte(text, from + size - 2) : -1;
      if ((byte & 0xc0) !== 0x80 || byte < 0 || (size === 4 && text[from + 1] !== LETTER_X)) return false;
      codePoint = (codePoint << 6) | (byte & 0x3f);
    }
    const lowest = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x1_0000;
    return codePoint >= lowest && this.#take(codePoint, at + length * size);
  }

  #utf16(text: Buffer, at: number): boolean {
    if (text[at + 2] === OPENING_BRACE) {
      return this.#number(text, at + 3, 16, HEX_DIGITS_MAX, CLOSING_BRACE);
    }
    const unit = hexUnit(text, at + 2);
    if (unit < 0xd800 || unit > 0xdfff) return unit >= 0 && this.#take(unit, at + 6);
    const isPair = unit < 0xdc00 && text[at + 6] === BACKSLASH && text[at + 7] === LETTER_U;
    const low = isPair ? hexUnit(text, at + 8) : -1;
    if (low < 0xdc00 || low > 0xdfff) return false;
    return this.#take(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00), at + 12);
  }

  /** Digits from `at` on, and what closes them; browsers do without the `;`. */
  #number(text: Buffer, at: number, base: number, digitsMax: number, closer: number): boolean {
    let value = 0;
    let end = at;
    for (; end < at + digitsMax; end++) {
      const digit = hexDigit(text[end]);
      if (digit < 0 || digit >= base) break;
      value = value * base + digit;
    }
    const isClosed = text[end] === closer;
    if (end === at || (!isClosed && closer !== SEMICOLON)) return false;
    return this.#take(value, isClosed ? end + 1 : end);
  }

  #entity(text: Buffer, at: number): boolean {
    let end = at + 1;
    while (end <= at + ENTITY_LETTERS_MAX && isLetter(text[end])) end++;
    if (text[end] !== SEMICOLON) return false;
    const codePoint = ENTITIES.get(text.toString("latin1", at + 1, end));
    return codePoint !== undefined && this.#take(codePoint, end + 1);
  }

  #take(codePoint: number, end: number): boolean {
    if (codePoint > 0x10_ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return false;
    this.codePoint = codePoint;
    this.end = end;
    return true;
  }
}

/** The UTF-16 unit that four hexadecimal digits say, or -1. */
function hexUnit(text: Buffer, at: number): number {
  const high = hexByte(text, at);
  const low = hexByte(text, at + 2);
  return high < 0 || low < 0 ? -1 : high * 256 + low;
}

function isLetter(byte: number | undefined): boolean {
  const letter = (byte ?? 0) | 0x20;
  return letter >= 0x61 && letter <= 0x7a;
}
