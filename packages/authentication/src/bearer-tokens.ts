import { createHash, timingSafeEqual } from "node:crypto";
import { OperatingError } from "@scrim/errors";

const TOKENS_MAX = 256;

/** What a client may show: more than `b64token` of RFC 6750, section 2.1, since somebody else made it up. Shorter ones can be guessed. */
export const BEARER_TOKEN: RegExp = /^[!-~]{16,4096}$/;

/** A token as it is compared: all have one length, so that nothing is said of how long a token is. */
export function digestOfToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/**
 * Digests of the tokens of a file, one a line: while one is changed for another, both hold.
 *
 * @param path what to name in errors
 * @throws {OperatingError} `CONFIG_INVALID`
 */
export function parseBearerTokens(text: string, path: string): readonly Buffer[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  if (lines.length > 0 && lines.length <= TOKENS_MAX && lines.every((line) => BEARER_TOKEN.test(line)))
    return lines.map(digestOfToken);
  throw new OperatingError(
    "CONFIG_INVALID",
    `expected 1 to ${TOKENS_MAX} lines, each a token of 16 characters or more`,
    { path, hint: "make one with: openssl rand -hex 32" },
  );
}

/**
 * Whether an `Authorization` header has one of these tokens. Looks at all of them, so that it takes as long whichever it is, or none.
 *
 * @param scheme what stands before the token, in any case (RFC 9110 section 11.1)
 */
export function hasBearerToken(digests: readonly Buffer[], header: string, scheme = "Bearer"): boolean {
  const prefix = `${scheme.toLowerCase()} `;
  const isScheme = header.slice(0, prefix.length).toLowerCase() === prefix;
  const given = digestOfToken(isScheme ? header.slice(prefix.length) : "");
  let isOne = false;
  for (const digest of digests) isOne = timingSafeEqual(digest, given) || isOne;
  return isOne;
}
