import { createHash } from "node:crypto";
import { fromBase58 } from "./base58.ts";

/** One byte of network, 32 of account, two of check. */
const ADDRESS_BYTES = 35;
const CHARACTERS_MAX = 50;

/** True for base58 whose last two bytes begin the BLAKE2b hash of those before (SS58). One in 65,536 passes by chance. */
export function isSs58(text: string): boolean {
  if (text.length > CHARACTERS_MAX) return false;
  const bytes = fromBase58(text);
  if (bytes === undefined || bytes.length !== ADDRESS_BYTES) return false;
  const end = ADDRESS_BYTES - 2;
  const hash = createHash("blake2b512").update("SS58PRE").update(bytes.subarray(0, end)).digest();
  return hash[0] === bytes[end] && hash[1] === bytes[end + 1];
}
