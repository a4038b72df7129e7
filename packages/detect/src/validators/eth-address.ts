import { keccak256 } from "./keccak.ts";

/**
 * True for forty hex digits in one case, or in the mixed case of EIP-55, where the hash of the small letters says
 * which are capitals. Fifteen letters, as an address has on average, are right
 * by chance once in 32,768 times.
 */
export function isEthAddress(hex: string): boolean {
  const lower = hex.toLowerCase();
  if (hex === lower || hex === hex.toUpperCase()) return true;
  const hash = keccak256(Buffer.from(lower, "latin1"));
  for (let i = 0; i < hex.length; i++) {
    const nibble = i % 2 === 0 ? hash[i >> 1]! >> 4 : hash[i >> 1]! & 15;
    const expected = nibble >= 8 ? lower[i]!.toUpperCase() : lower[i]!;
    if (hex[i] !== expected) return false;
  }
  return true;
}
