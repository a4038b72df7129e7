import { isUtf8 } from "node:buffer";

/** A run has at least so many letters: less holds too little. A card number makes 22. */
export const RUN_MIN = 20;

const LETTER = "[-A-Za-z0-9+/_]";

/**
 * Four letters that stand for three printable ASCII characters: their high bits are 0 and control characters left
 * out, which leaves 26, 24 and 32 of 64 letters in the first three places.
 */
const FOUR = `[I-Za-f][C-HS-Xi-nyz0-3][ABEFIJMNQRUVYZcdghklopstwx014589]${LETTER}`;

/** How runs of text begin: with six ASCII characters, or with a brace and the end of a line. */
const BEGINNINGS = [`${FOUR}${FOUR}`, `ewo[gJ]${LETTER}{4}`, `ew0K${LETTER}{4}`];

/**
 * Matches where a run of base64 begins that may stand for text; one in 400 UUIDs looks like that, and hardly a word is as
 * long. Runs are told by their beginning only: what matched anywhere in them would give the automaton a state for
 * nearly every letter of an image. So this may match the NUL in front of a text, unlike the atoms of detectors.
 */
export const BASE64_ATOM = String.raw`(?:\A|[^0-9A-Za-z])(?:${BEGINNINGS.join("|")})${LETTER}{${RUN_MIN - 8}}`;

const INVALID = 0xff;
const EQUALS = 0x3d;

/** Values of the letters of base64 and base64url (RFC 4648), by ASCII code. */
const VALUES = new Uint8Array(256).fill(INVALID);
for (const [i, letter] of Array.from(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
).entries())
  VALUES[letter.charCodeAt(0)] = i;
VALUES["-".charCodeAt(0)] = 62;
VALUES["_".charCodeAt(0)] = 63;

export function isBase64Letter(byte: number): boolean {
  return VALUES[byte] !== INVALID;
}

/** Offset behind the letters of base64 that begin at `at`. */
export function endOfLetters(text: Buffer, at: number): number {
  let end = at;
  while (end < text.length && VALUES[text[end]!] !== INVALID) end++;
  return end;
}

/** Offset behind up to two padding characters at `at`. */
export function endOfPadding(text: Buffer, at: number): number {
  let end = at;
  while (end < at + 2 && text[end] === EQUALS) end++;
  return end;
}

/**
 * Decodes the letters `text[start, end)` into `out` from `at` on. Returns how many bytes that made, or -1 where
 * they don't stand for printable text.
 */
export function decodeBase64(text: Buffer, start: number, end: number, out: Buffer, at: number): number {
  if ((end - start) % 4 === 1) return -1;
  let bits = 0;
  let collected = 0;
  let length = 0;
  let high = 0;
  for (let from = start; from < end; from++) {
    bits = ((bits << 6) | VALUES[text[from]!]!) & 0xfff;
    collected += 6;
    if (collected < 8) continue;
    collected -= 8;
    const byte = (bits >> collected) & 0xff;
    if (byte < 0x20 ? byte !== 0x09 && byte !== 0x0a && byte !== 0x0d : byte === 0x7f) return -1;
    high |= byte;
    out[at + length++] = byte;
  }
  return high < 0x80 || isUtf8(out.subarray(at, at + length)) ? length : -1;
}
