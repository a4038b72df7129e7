import { createHash } from "node:crypto";

const BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
export const RIPPLE = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";

const CHECK_BYTES = 4;

/** Extended keys have 111. Decoding takes time in the square of the length. */
const CHARACTERS_MAX = 120;

/**
 * The bytes that a base58 number stands for, leading zeros included; undefined for another alphabet. Takes time in
 * the square of the length: callers bound it.
 */
export function fromBase58(text: string, alphabet = BITCOIN): Uint8Array | undefined {
  const bytes: number[] = []; // least significant first
  for (let i = 0; i < text.length; i++) {
    let carry = alphabet.indexOf(text[i]!);
    if (carry === -1) return undefined;
    for (let j = 0; j < bytes.length; j++) {
      carry += bytes[j]! * 58;
      bytes[j] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  for (let i = 0; text[i] === alphabet[0]; i++) bytes.push(0);
  return Uint8Array.from(bytes.reverse());
}

/**
 * True for base58check: the last four bytes begin the double SHA-256 of those before. One text in 2^32 passes by
 * chance. `bytes` is the length without the check.
 */
export function isBase58Check(text: string, bytes: number, alphabet = BITCOIN): boolean {
  if (text.length > CHARACTERS_MAX) return false;
  const decoded = fromBase58(text, alphabet);
  if (decoded === undefined || decoded.length !== bytes + CHECK_BYTES) return false;
  const check = sha256(sha256(decoded.subarray(0, bytes)));
  return decoded.subarray(bytes).every((byte, i) => byte === check[i]);
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash("sha256").update(bytes).digest();
}
