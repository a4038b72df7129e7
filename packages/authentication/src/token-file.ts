import { randomBytes, timingSafeEqual } from "node:crypto";
import { OperatingError } from "@scrim/errors";
import { digestOfToken } from "./bearer-tokens.ts";
import { type FollowedFile, followFile } from "./files/followed-file.ts";

const FILE_BYTES_MAX = 1024 * 1024;

/** Each is compared with at every request. */
const TOKENS_MAX = 4_096;

/** 32 random bytes. The prefix tells what it is to whoever finds one where it shouldn't be, and to scanners for secrets. */
const TOKEN = /^scrim_[A-Za-z0-9_-]{43}$/;
const TOKEN_BYTES = 32;

/** The last second that is written with four digits of the year. */
const EXPIRES_AT_MAX = 253_402_300_799;

const NAME = /^[a-z0-9][a-z0-9._@-]{0,63}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
const LINE = /^(\S+) sha256:([0-9a-f]{64})(?: expires=(\S+))?$/;

/** A line of the token file: the token itself is not in it. */
export interface KnownToken {
  readonly name: string;
  readonly digest: Buffer;
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined;
}

export interface CreatedToken {
  /** To be given to whom it is for. It is kept nowhere. */
  readonly token: string;
  /** To be put into the token file. */
  readonly line: string;
}

/**
 * Makes a token for `name`.
 *
 * @param expiresAt seconds since 1970; without it, it holds until its line is removed
 * @throws {OperatingError} `INPUT_INVALID` for a name or a time that can't be one
 * @example
 * ```ts
 * import { createToken } from "@scrim/authentication";
 *
 * const { token, line } = createToken("alice");
 * console.log(token.length, line.split(":")[0]); // 49 alice sha256
 * ```
 */
export function createToken(name: string, expiresAt?: number): CreatedToken {
  if (!NAME.test(name))
    throw new OperatingError("INPUT_INVALID", "a token's name has 1 to 64 of a-z, 0-9, . _ @ -", {
      hint: "begin it with a letter or a digit",
    });
  if (
    expiresAt !== undefined &&
    !(Number.isInteger(expiresAt) && 0 < expiresAt && expiresAt <= EXPIRES_AT_MAX)
  )
    throw new OperatingError("INPUT_INVALID", "a token ends at a second before the year 10000");
  const token = `scrim_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
  const end =
    expiresAt === undefined
      ? ""
      : ` expires=${new Date(expiresAt * 1_000).toISOString().replace(".000Z", "Z")}`;
  return { token, line: `${name} sha256:${digestOfToken(token).toString("hex")}${end}` };
}

/** Whether a bearer's text is one of these tokens or something else, a JWT for instance. Says nothing of its being known. */
export function isStaticToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Reads a token file and follows it.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, also where others may read it; `CONFIG_INVALID`
 */
export function followTokens(
  path: string,
  told: (problem: unknown) => void,
): FollowedFile<readonly KnownToken[]> {
  return followFile({
    path,
    parse: (text) => parseTokens(text, path),
    isPrivate: true,
    bytesMax: FILE_BYTES_MAX,
    told,
  });
}

/** The line that a token has. Looks at all of them, so that it takes as long whichever it is, or none. */
export function findToken(known: readonly KnownToken[], token: string, nowS: number): KnownToken | undefined {
  const given = digestOfToken(token);
  let found: KnownToken | undefined;
  for (const each of known) {
    const isIt = timingSafeEqual(each.digest, given);
    if (isIt && (each.expiresAt === undefined || nowS < each.expiresAt)) found = each;
  }
  return found;
}

/**
 * The lines of a token file: `NAME sha256:HEX`, or with ` expires=TIME` behind it. Several lines may have one name, while one token is changed for
 * another. Empty lines and such that begin with `#` say nothing.
 *
 * @throws {OperatingError} `CONFIG_INVALID` with file and line
 */
export function parseTokens(text: string, file: string): readonly KnownToken[] {
  const tokens: KnownToken[] = [];
  const known = new Set<string>();
  text.split(/\r?\n/).forEach((line, at) => {
    if (line === "" || line.startsWith("#")) return;
    const path = `${file}: line ${at + 1}`;
    const token = parseLine(line, path);
    const hex = token.digest.toString("hex");
    if (known.has(hex)) throw invalid(path, "another line has this token", "make each its own");
    if (tokens.length === TOKENS_MAX) throw invalid(path, `more than ${TOKENS_MAX} tokens`);
    known.add(hex);
    tokens.push(token);
  });
  return tokens;
}

function parseLine(line: string, path: string): KnownToken {
  const [, name, hex, expires] = LINE.exec(line) ?? [];
  if (name === undefined || hex === undefined || !NAME.test(name))
    throw invalid(path, "expected NAME sha256:HEX", "make a line with: scrim access token NAME");
  const expiresMs = expires === undefined || !TIME.test(expires) ? Number.NaN : Date.parse(expires);
  if (expires !== undefined && Number.isNaN(expiresMs))
    throw invalid(path, "expected a time behind expires=", 'write it like "expires=2026-12-31T00:00:00Z"');
  return {
    name,
    digest: Buffer.from(hex, "hex"),
    expiresAt: expires === undefined ? undefined : Math.floor(expiresMs / 1_000),
  };
}

function invalid(path: string, message: string, hint?: string): OperatingError {
  return new OperatingError("CONFIG_INVALID", message, { path, ...(hint !== undefined && { hint }) });
}
