import { isDigit } from "./byte-kinds.ts";
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
const COLON = 0x3a;
const QUESTION = 0x3f;
const HASH = 0x23;
const AT = 0x40;
const PERCENT = 0x25;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const SPACE = 0x20;
const OPENING_BRACKET = 0x5b;

/**
 * Offset of the `:` where `bytes[start, end)` begins like an absolute URL (RFC 3986: scheme `://`), or -1.
 */
export function schemeEnd(bytes: Uint8Array, start: number, end: number): number {
  const stop = Math.min(end - 2, start + SCHEME_MAX);
  for (let at = start; at < stop; at++) {
    const byte = bytes[at]! | 0x20;
    if (byte >= 0x61 && byte <= 0x7a) continue;
    const raw = bytes[at]!;
    if (raw === COLON) return at > start && bytes[at + 1] === SLASH && bytes[at + 2] === SLASH ? at : -1;
    if (at > start && (isDigit(raw) || raw === PLUS || raw === MINUS || raw === DOT)) continue;
    return -1;
  }
  return -1;
}

/** Whether the bytes could be one URL and nothing else: no white space or control characters. */
export function isUnbroken(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! <= 0x20) return false;
  return true;
}

/** Splits a URL (`scheme://…`, `//host/…`) or a target (`/path?query`) into its parts. Never fails: parts may be empty. */
export function splitUrl(bytes: Uint8Array, start: number, end: number): UrlParts {
  const scheme = schemeEnd(bytes, start, end);
  const hasAuthority =
    scheme >= 0 || (bytes[start] === SLASH && bytes[start + 1] === SLASH && end - start > 1);
  const userInfoStart = scheme >= 0 ? scheme + 3 : hasAuthority ? start + 2 : start;
  const at = hasAuthority ? endOfUserInfo(bytes, userInfoStart, end) : -1;
  const hostStart = at < 0 ? userInfoStart : at + 1;
  const hashAt = indexOf(bytes, HASH, hostStart, end);
  const questionAt = indexOf(bytes, QUESTION, hostStart, hashAt);
  const hostEnd = hasAuthority ? indexOf(bytes, SLASH, hostStart, questionAt) : start;
  return {
    userInfoStart,
    userInfoEnd: at < 0 ? userInfoStart : at,
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

/**
 * Offset of the `@` behind the user info, or -1. `start` is behind the `://`. In `user:pa?ss@host` the password
 * should have been encoded, but people write it: what follows a colon and is no port is one.
 */
function endOfUserInfo(bytes: Uint8Array, start: number, end: number): number {
  let stop = start;
  while (stop < end && bytes[stop] !== SLASH && bytes[stop] !== QUESTION && bytes[stop] !== HASH) stop++;
  const at = lastIndexOf(bytes, AT, start, stop);
  const host = at < 0 ? start : at + 1;
  if (bytes[host] === OPENING_BRACKET) return at;
  let digits = indexOf(bytes, COLON, host, stop) + 1;
  while (digits < stop && isDigit(bytes[digits]!)) digits++;
  return digits < stop ? Math.max(at, lastIndexOf(bytes, AT, stop, end)) : at;
}

function lastIndexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) if (bytes[at] === byte) return at;
  return -1;
}

/** First offset of `byte` in `bytes[start, end)`, or `end`. */
export function indexOf(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = start; at < end; at++) if (bytes[at] === byte) return at;
  return end;
}

/** `%40` to `@`, and `+` to a space in queries; undefined where there is nothing to decode. */
export function percentDecode(bytes: Buffer, plusIsSpace: boolean): Buffer | undefined {
  if (!bytes.includes(PERCENT) && !(plusIsSpace && bytes.includes(PLUS))) return undefined;
  const decoded = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const code = byte === PERCENT ? hexByte(bytes, at + 1) : -1;
    if (code >= 0) at += 2;
    decoded[length++] = code >= 0 ? code : plusIsSpace && byte === PLUS ? SPACE : byte;
  }
  return decoded.subarray(0, length);
}

/** Where byte `offset` of what {@link percentDecode} makes of the bytes from `start` on is encoded. */
export function encodedOffset(bytes: Uint8Array, start: number, offset: number): number {
  let at = start;
  for (let decoded = 0; decoded < offset; decoded++) {
    at += bytes[at] === PERCENT && hexByte(bytes, at + 1) >= 0 ? 3 : 1;
  }
  return at;
}

/** The byte that two hexadecimal digits at `at` say, or -1. */
function hexByte(bytes: Uint8Array, at: number): number {
  const high = hexDigit(bytes[at]);
  const low = hexDigit(bytes[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (isDigit(byte)) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Where the port begins in `bytes[start, end)`, host and port of a URL; `end` where there is none. */
export function hostNameEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) {
    if (bytes[at] === COLON) return at;
    if (!isDigit(bytes[at]!)) return end;
  }
  return end;
}

/** Whether a URL may have this host: a name, or an address, an IPv6 one in brackets. */
export function isHostName(host: string): boolean {
  return /^(?:[\w.*-]+|\[[0-9a-fA-F:.]+\])$/.test(host) && URL.canParse(`http://${host}/`);
}
