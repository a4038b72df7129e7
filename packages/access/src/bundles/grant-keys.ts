import { hkdfSync } from "node:crypto";
import { GRANT_KEY_BYTES } from "@scrim/grants";

/** Bytes of the secret that the keys of all grants are made of. */
export const GRANTS_SECRET_BYTES = 32;

/**
 * The key that mints a grant's tokens, made of one secret and the grant's id (HKDF, RFC 5869): so the store has none of them.
 */
export function grantKeyOf(secret: Uint8Array, grant: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", `scrim grant key v1\0${grant}`, GRANT_KEY_BYTES));
}
