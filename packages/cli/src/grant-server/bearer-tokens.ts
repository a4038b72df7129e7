import { createHash, timingSafeEqual } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import { readPrivateFile } from "../grants/private-file.ts";

const FILE_BYTES_MAX = 65_536;

/** Shorter ones can be guessed. */
const TOKEN_LENGTH_MIN = 16;

/** Answers whether an `Authorization` header has one of the tokens. */
export type Authorize = (header: string | undefined) => boolean;

/**
 * Tokens of a file, one a line: while one is changed for another, both hold.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID`
 */
export function bearerTokens(path: string): Authorize {
  const text = readPrivateFile(path, FILE_BYTES_MAX);
  if (text === undefined) throw new OperatingError("CONFIG_UNREADABLE", "no such file", { path });
  const tokens = text.split(/\r?\n/).filter((line) => line !== "");
  if (tokens.length === 0 || tokens.some((token) => !isToken(token))) {
    throw new OperatingError(
      "KEY_INVALID",
      `each line must be a token of ${TOKEN_LENGTH_MIN} characters or more`,
      {
        path,
        hint: "make one with: openssl rand -hex 32",
      },
    );
  }
  const digests = tokens.map(digestOf);
  return (header) => {
    const given = digestOf(/^Bearer ([!-~]+)$/i.exec(header ?? "")?.[1] ?? "");
    let isOne = false;
    for (const digest of digests) isOne = timingSafeEqual(digest, given) || isOne; // all, so that none stands out
    return isOne;
  };
}

function isToken(text: string): boolean {
  return text.length >= TOKEN_LENGTH_MIN && /^[!-~]+$/.test(text);
}

/** Of one length, so that nothing is said of how long a token is. */
function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
