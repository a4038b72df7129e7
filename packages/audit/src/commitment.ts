import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** `c1.` and SHA-256 in Base64url. */
export const COMMITMENT_PATTERN: RegExp = /^c1\.[A-Za-z0-9_-]{43}$/;

/** What opens a commitment. Kept beside the log; once it is erased, nothing leads from the commitment to the text. */
export interface CommittedText {
  /** 32 random bytes, in Base64url: without them a short text could be guessed. */
  readonly salt: string;
  readonly text: string;
}

const SALT_BYTES = 32;

/**
 * Commits to a text: who has salt and text can show what it was; the commitment alone tells nothing of it.
 *
 * @example
 * ```ts
 * import { commitmentTo, isCommitted } from "@scrim/audit";
 * const { commitment, opening } = commitmentTo("customer 4711 can't pay");
 * console.log(isCommitted(commitment, opening)); // true
 * console.log(isCommitted(commitment, { ...opening, text: "another" })); // false
 * ```
 */
export function commitmentTo(text: string): { readonly commitment: string; readonly opening: CommittedText } {
  const opening = { salt: randomBytes(SALT_BYTES).toString("base64url"), text: text.toWellFormed() };
  return { commitment: commitmentOf(opening), opening };
}

/** Whether a commitment is to this text. */
export function isCommitted(commitment: string, opening: CommittedText): boolean {
  const expected = Buffer.from(commitmentOf(opening));
  const given = Buffer.from(commitment);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** The salt has one length, so where it ends and the text begins is never in doubt. */
function commitmentOf({ salt, text }: CommittedText): string {
  const saltBytes = Buffer.from(salt, "base64url");
  const digest = createHash("sha256").update("scrim-audit/commitment/v1\n");
  digest.update(Buffer.of(saltBytes.length)).update(saltBytes).update(text);
  return `c1.${digest.digest("base64url")}`;
}
