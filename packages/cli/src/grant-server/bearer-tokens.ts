import { hasBearerToken, parseBearerTokens } from "@scrim/authentication/bearer-tokens";
import { OperatingError } from "@scrim/errors";
import { readPrivateFile } from "../grants/private-file.ts";

const FILE_BYTES_MAX = 65_536;

/** Answers whether an `Authorization` header has one of the tokens. */
export type Authorize = (header: string | undefined) => boolean;

/**
 * Tokens of a file, one a line.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `CONFIG_INVALID`
 */
export function bearerTokens(path: string): Authorize {
  const text = readPrivateFile(path, FILE_BYTES_MAX);
  if (text === undefined) throw new OperatingError("CONFIG_UNREADABLE", "no such file", { path });
  const digests = parseBearerTokens(text, path);
  return (header) => hasBearerToken(digests, header ?? "");
}
