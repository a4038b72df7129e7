/** Where the parts of a URL, or of its tail, lie in the bytes. Offsets are absolute; empty where absent. */
export interface UrlParts {
  /** `user:password`, before the `@`. */
  userInfoStart: number;
  userInfoEnd: number;
  /** Host and port. */
  hostStart: number;
  hostEnd: number;
  pathStart: number;
  pathEnd: number;
  /** Behind the `?`. */
  queryStart: number;
  queryEnd: number;
  /** Behind the `#`. */
  fragmentStart: number;
  fragmentEnd: number;
}

/** Longest scheme that counts: `mongodb+srv`, `postgresql`, `chrome-extension`. */
const SCHEME_MAX = 20;

const SLASH = 0x2f;
const QUESTION = 0x3f;
const HASH = 0x23;
const AT = 0x40;
const COLON = 0x3a;
const BRACKET = 0x5b;
const ENDS_AUTHORITY: ReadonlySet<number> = new Set([SLASH, QUESTION, HASH]);

/**
 * Offset of the `:` where `bytes[start, end)` begins like an absolute URL (RFC 3986: scheme `://`), or -1.
 */
export function schemeEnd(bytes: Uint8Array, start: number, end: number): number {
  const stop = Math.min(end - 2, start + SCHEME_MAX);
  for (let at = start; at < stop; at++) {
    const byte = bytes[at]! | 0x20;
    if (byte >= 0x61 && byte <= 0x7a) continue;
    const raw = bytes[at]!;
    if (raw === 0x3a) return at > start && bytes[at + 1] === SLASH && bytes[at + 2] === SLASH ? at : -1;
    if (at > start && ((raw >= 0x30 && raw <= 0x39) || raw === 0x2b || raw === 0x2d || raw === 0x2e))
      continue;
    return -1;
  }
  return -1;
}

/** Whether the bytes could be one URL and nothing else: no white space or control characters. */
export function isUnbroken(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! <= 0x20) return false;
  return true;
}

/** Splits a URL (`scheme://…`) or a target (`/path?query`) into its parts. Never fails: parts may be empty. */
export function splitUrl(bytes: Uint8Array, start: number, end: number): UrlParts {
  const scheme = schemeEnd(bytes, start, end);
  const authority = scheme < 0 ? start : scheme + 3;
  const userInfoEnd = scheme < 0 ? -1 : findUserInfoEnd(bytes, authority, end);
  const hostStart = userInfoEnd < 0 ? authority : userInfoEnd + 1;
  const hashAt = indexOf(bytes, HASH, hostStart, end);
  const questionAt = indexOf(bytes, QUESTION, hostStart, hashAt);
  const hostEnd = scheme < 0 ? start : indexOf(bytes, SLASH, hostStart, questionAt);
  return {
    userInfoStart: authority,
    userInfoEnd: userInfoEnd < 0 ? authority : userInfoEnd,
    hostStart: scheme < 0 ? start : hostStart,
    hostEnd,
    pathStart: hostEnd,
    pathEnd: questionAt,
    queryStart: Math.min(questionAt + 1, hashAt),
    queryEnd: hashAt,
    fragmentStart: Math.min(hashAt + 1, end),
    fragmentEnd: end,
  };
}

/**
 * Offset of the `@` that ends the user info, or -1: the last one of the authority. A `:` that no port number
 * follows says that the user info goes on, `/`, `?` and `#` in the password included, as they are when nobody
 * encoded them: then it is the last `@` of all.
 */
function findUserInfoEnd(bytes: Uint8Array, start: number, end: number): number {
  let authorityEnd = start;
  while (authorityEnd < end && !ENDS_AUTHORITY.has(bytes[authorityEnd]!)) authorityEnd++;
  const at = lastIndexOf(bytes, AT, start, authorityEnd);
  if (at >= 0) return at;
  const colon = lastIndexOf(bytes, COLON, start, authorityEnd);
  if (colon < 0 || bytes[start] === BRACKET || isDigits(bytes, colon + 1, authorityEnd)) return -1;
  return lastIndexOf(bytes, AT, authorityEnd, end);
}

function lastIndexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) if (bytes[at] === byte) return at;
  return -1;
}

function isDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! < 0x30 || bytes[at]! > 0x39) return false;
  return true;
}

/** First offset of `byte` in `bytes[start, end)`, or `end`. */
export function indexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === byte) return at;
  return end;
}

/** `%40` to `@`, and `+` to a space in queries; undefined where there is nothing to decode. */
export function percentDecode(bytes: Buffer, plusIsSpace: boolean): Buffer | undefined {
  if (!bytes.includes(0x25) && !(plusIsSpace && bytes.includes(0x2b))) return undefined;
  const decoded = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === 0x25 && at + 2 < bytes.length) {
      const code = Number.parseInt(bytes.toString("latin1", at + 1, at + 3), 16);
      if (code >= 0 && /^[0-9A-Fa-f]{2}$/.test(bytes.toString("latin1", at + 1, at + 3))) {
        decoded[length++] = code;
        at += 2;
        continue;
      }
    }
    decoded[length++] = byte === 0x2b && plusIsSpace ? 0x20 : byte;
  }
  return decoded.subarray(0, length);
}
