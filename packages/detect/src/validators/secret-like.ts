import { isFiller } from "./filler.ts";
import { isAlphanumeric } from "./neighbours.ts";

const SECRET_CHARACTERS_MIN = 10;
const PASSPHRASE_CHARACTERS_MIN = 8;

/** Shorter numbers are counts, times and ids. */
const NUMBER_DIGITS_MIN = 24;

/** Bits a character, by its own frequencies. Random hex of ten or more characters stays above; words don't. */
const ENTROPY_MIN = 2.5;

/** What tokens are written in: base64, base64url, hex, dotted and prefixed forms of them. */
const TOKEN_PUNCTUATION = "._~+/=:-";

/** People do use `1234567890abcdef` as a secret; the whole alphabet is documentation. */
const ASCENT_MAX = 16;

/**
 * True for a value that looks generated: letters and digits mixed or a very long number, nothing but what tokens are
 * written in.
 */
export function isSecretLike(value: string): boolean {
  const { letters, digits, token, others } = characterKinds(value);
  if (value.length < SECRET_CHARACTERS_MIN || digits === 0 || others > 0) return false;
  if (letters === 0 && digits < NUMBER_DIGITS_MIN) return false;
  return token < value.length / 4 && entropy(value) >= ENTROPY_MIN && !isFiller(value, ASCENT_MAX);
}

/** True for a value with signs that neither tokens nor names, paths and sentences have: a password. */
export function isPasswordLike(value: string): boolean {
  const { letters, others } = characterKinds(value);
  if (value.length < PASSPHRASE_CHARACTERS_MIN || letters === 0 || others === 0) return false;
  return (
    entropy(value) >= ENTROPY_MIN && !value.includes(" ") && !isFiller(value, ASCENT_MAX) && !isCode(value)
  );
}

/** `getSecret(name)`, `request.form["x"]`, `Token{a64f992`: a call, an element, an object as Java prints it. */
function isCode(value: string): boolean {
  let index = 0;
  while (isAlphanumeric(value, index) || value[index] === "_" || value[index] === ".") index++;
  return index > 1 && "([{@".includes(value[index] || " ");
}

interface CharacterKinds {
  letters: number;
  digits: number;
  /** Signs that occur in tokens. */
  token: number;
  others: number;
}

export function characterKinds(value: string): CharacterKinds {
  const kinds = { letters: 0, digits: 0, token: 0, others: 0 };
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    const folded = code | 0x20;
    if (code >= 0x30 && code <= 0x39) kinds.digits++;
    else if (folded >= 0x61 && folded <= 0x7a) kinds.letters++;
    else if (TOKEN_PUNCTUATION.includes(value[i]!)) kinds.token++;
    else kinds.others++;
  }
  return kinds;
}

/** More of a text adds no evidence, and its cost would grow with it. */
const ENTROPY_CHARACTERS_MAX = 1024;

/** Shannon entropy in bits a character, of the text's beginning. */
export function entropy(whole: string): number {
  const text = whole.slice(0, ENTROPY_CHARACTERS_MAX);
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
