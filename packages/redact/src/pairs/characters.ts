/** Kinds of bytes in free text. `undefined`, behind either end of a text, is none of them. */

export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
export const SPACE = 0x20;
export const DOUBLE_QUOTE = 0x22;
export const AMPERSAND = 0x26;
const SINGLE_QUOTE = 0x27;
export const OPENING_PARENTHESIS = 0x28;
export const CLOSING_PARENTHESIS = 0x29;
export const COMMA = 0x2c;
export const DASH = 0x2d;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const QUESTION = 0x3f;
export const OPENING_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSING_BRACKET = 0x5d;
const BACKTICK = 0x60;
export const OPENING_BRACE = 0x7b;
export const BAR = 0x7c;
export const CLOSING_BRACE = 0x7d;

export type Byte = number | undefined;

export function isBlank(byte: Byte): boolean {
  return byte === SPACE || byte === 0x09;
}

/** White space and control characters. */
export function isGap(byte: Byte): boolean {
  return byte !== undefined && byte <= SPACE;
}

export function isQuote(byte: Byte): boolean {
  return byte === DOUBLE_QUOTE || byte === SINGLE_QUOTE || byte === BACKTICK;
}

export function isDigit(byte: Byte): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

export function isUpper(byte: Byte): boolean {
  return byte !== undefined && byte >= 0x41 && byte <= 0x5a;
}

/** Letters of ASCII. */
export function isLetter(byte: Byte): boolean {
  return byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

/** What names of keys are written in: letters, digits, and `_`, `.`, `-`, `$` between words. */
export function isOfName(byte: Byte): boolean {
  if (isLetter(byte) || isDigit(byte)) return true;
  return (
    byte === 0x5f || byte === 0x2e || byte === DASH || byte === 0x24 || (byte !== undefined && byte >= 0x80)
  );
}

/** Whether `text` says the ASCII `word` at `at`. */
export function says(text: Buffer, at: number, word: string): boolean {
  if (at < 0 || at + word.length > text.length) return false;
  for (let i = 0; i < word.length; i++) if (text[at + i] !== word.charCodeAt(i)) return false;
  return true;
}

export function skipBlanks(text: Buffer, from: number, end = text.length): number {
  let at = from;
  while (at < end && isBlank(text[at])) at++;
  return at;
}
