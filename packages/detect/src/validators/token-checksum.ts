import { crc32 } from "node:zlib";

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM_CHARACTERS = 6;

/**
 * True for `ghp_` and its kin whose last six characters are the CRC-32 of those between the prefix and them, in base 62.
 * GitHub and npm issue such tokens.
 */
export function hasTokenChecksum(token: string): boolean {
  const start = token.indexOf("_") + 1;
  const end = token.length - CHECKSUM_CHARACTERS;
  return end > start && token.slice(end) === base62(crc32(token.slice(start, end)));
}

function base62(value: number): string {
  let digits = "";
  for (let rest = value; digits.length < CHECKSUM_CHARACTERS; rest = Math.floor(rest / DIGITS.length)) {
    digits = DIGITS[rest % DIGITS.length] + digits;
  }
  return digits;
}
