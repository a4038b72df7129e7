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
  const hashAt = indexOf(bytes, HASH, start, end);
  const questionAt = indexOf(bytes, QUESTION, start, hashAt);
  const scheme = schemeEnd(bytes, start, questionAt);
  let hostStart = start;
  let hostEnd = start;
  let userInfoStart = start;
  let userInfoEnd = start;
  if (scheme >= 0) {
    userInfoStart = userInfoEnd = hostStart = scheme + 3;
    hostEnd = indexOf(bytes, SLASH, hostStart, questionAt);
    for (let at = hostEnd - 1; at >= hostStart; at--) {
      if (bytes[at] !== 0x40) continue; // the last @ ends the user info
      userInfoEnd = at;
      hostStart = at + 1;
      break;
    }
  }
  return {
    userInfoStart,
    userInfoEnd,
    hostStart,
    hostEnd,
    pathStart: hostEnd,
    pathEnd: questionAt,
    queryStart: Math.min(questionAt + 1, hashAt),
    queryEnd: hashAt,
    fragmentStart: Math.min(hashAt + 1, end),
    fragmentEnd: end,
  };
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
