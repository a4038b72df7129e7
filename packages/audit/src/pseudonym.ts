import { strict as assert } from "node:assert";
import { createHmac } from "node:crypto";

/** A key of pseudonyms. Whoever has it can find a person's entries; once it is destroyed, nobody can. */
export interface PseudonymKey {
  readonly version: number;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
}

/** `p3.` and 22 characters. */
export const PSEUDONYM_PATTERN: RegExp = /^p[1-9]\d{0,5}\.[A-Za-z0-9_-]{22}$/;

const SECRET_BYTES = 32;
/** 128 bits: two persons never share one. */
const TAG_BYTES = 16;

/**
 * A name for somebody that only the key leads back to: HMAC-SHA-256 of an identifier (NFC). `scope` keeps apart what must not be joined:
 * users, machines, tenants.
 *
 * @example
 * ```ts
 * import { pseudonymOf } from "@scrim/audit";
 * const key = { version: 3, secret: Buffer.alloc(32, 7) };
 * console.log(pseudonymOf(key, "user", "jane@shop.example")); // p3.GPazW3ikEQjfgt0cJBp7bA
 * ```
 */
export function pseudonymOf({ version, secret }: PseudonymKey, scope: string, identifier: string): string {
  assert(secret.length === SECRET_BYTES && Number.isInteger(version) && 1 <= version && version < 1_000_000);
  assert(!scope.includes("\0"), "a scope is a name");
  const tag = createHmac("sha256", secret)
    .update(`scrim-audit/pseudonym/v1\0${scope}\0${identifier.normalize("NFC")}`)
    .digest()
    .subarray(0, TAG_BYTES);
  return `p${version}.${tag.toString("base64url")}`;
}
