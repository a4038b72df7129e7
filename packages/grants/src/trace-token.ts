import { createHmac, timingSafeEqual } from "node:crypto";

/*
 * What says in `tracestate` that a trace is approved: 30 bytes, 40 characters of base64url.
 *
 *   0      version
 *   1-8    grant
 *   9-12   expiry, seconds since 1970
 *   13     least severity that is captured
 *   14-29  tag: HMAC-SHA256 of trace id and bytes 0-13 under the grant's key, its first half
 *
 * Whoever has the grant's key can mint for that grant, and nobody else; a token is worth nothing on another trace.
 */

const VERSION = 1;
const GRANT_START = 1;
const GRANT_BYTES = 8;
const EXPIRY_START = 9;
const SEVERITY_START = 13;
const TAG_START = 14;
const TOKEN_BYTES = 30;

/** Characters of a token. */
export const TOKEN_LENGTH = 40;

/** A token lives at most so long past the moment when it is looked at, whatever it says. */
export const TOKEN_LIFE_MAX_S = 120;

const TOKEN = /^[A-Za-z0-9_-]{40}$/;
const TRACE_ID = /^[0-9a-f]{32}$/;

/** What a token claims; its tag says whether that is true. */
export interface TokenClaims {
  /** 16 hexadecimal digits. */
  readonly grant: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** `severityNumber` of the least severe records that may be captured: 1 to 24. */
  readonly severity: number;
}

/**
 * Makes a token for one trace.
 *
 * @example
 * ```ts
 * import { mintToken, parseToken } from "@scrim/grants";
 * const claims = { grant: "00112233aabbccdd", expiresAt: 1_800_000_000, severity: 5 };
 * const token = mintToken(Buffer.alloc(32, 7), claims, "0af7651916cd43dd8448eb211c80319c");
 * console.log(token.length, parseToken(token)?.grant); // 40 00112233aabbccdd
 * ```
 */
export function mintToken(key: Buffer, { grant, expiresAt, severity }: TokenClaims, traceId: string): string {
  const token = Buffer.alloc(TOKEN_BYTES);
  token[0] = VERSION;
  token.write(grant, GRANT_START, GRANT_BYTES, "hex");
  token.writeUInt32BE(expiresAt, EXPIRY_START);
  token[SEVERITY_START] = severity;
  tagOf(key, token, traceId).copy(token, TAG_START);
  return token.toString("base64url");
}

/** What a token claims; undefined where it is none, or of another version. Proves nothing. */
export function parseToken(text: string): TokenClaims | undefined {
  if (text.length !== TOKEN_LENGTH || !TOKEN.test(text)) return undefined;
  const token = Buffer.from(text, "base64url");
  const severity = token[SEVERITY_START]!;
  if (token[0] !== VERSION || severity < 1 || severity > 24) return undefined;
  return {
    grant: token.toString("hex", GRANT_START, GRANT_START + GRANT_BYTES),
    expiresAt: token.readUInt32BE(EXPIRY_START),
    severity,
  };
}

/** Whether a token that was parsed was minted with this key for this trace. Says nothing about its expiry. */
export function isAuthentic(key: Buffer, text: string, traceId: string): boolean {
  if (!TRACE_ID.test(traceId)) return false;
  const token = Buffer.from(text, "base64url");
  return (
    token.length === TOKEN_BYTES && timingSafeEqual(tagOf(key, token, traceId), token.subarray(TAG_START))
  );
}

function tagOf(key: Buffer, token: Buffer, traceId: string): Buffer {
  const mac = createHmac("sha256", key).update(traceId, "hex").update(token.subarray(0, TAG_START));
  return mac.digest().subarray(0, TOKEN_BYTES - TAG_START);
}
