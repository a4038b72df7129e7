/*
 * A sealed value as it stands in telemetry: `[SEALED:v1:…]` around the base64url of
 *
 *   recipient 8 bytes   the beginning of SHA-256 of the recipient's raw public key
 *   enc      32 bytes   the ephemeral public key of the epoch (RFC 9180)
 *   counter   4 bytes   which value of the epoch it is
 *   ciphertext          AES-256-GCM under the epoch's key, a multiple of 64 bytes
 *   tag      16 bytes
 *
 * The first three are authenticated with it. Each token stands alone.
 */
import { PADDING_BYTES } from "./sealed-facts.ts";

const PREFIX = "[SEALED:v1:";
const SUFFIX = "]";

export const RECIPIENT_BYTES = 8;
export const ENC_BYTES = 32;
export const COUNTER_BYTES = 4;
export const HEADER_BYTES = RECIPIENT_BYTES + ENC_BYTES + COUNTER_BYTES;
export const TAG_BYTES = 16;

/** Bytes of a plaintext; longer values are not sealed. */
export const PLAINTEXT_BYTES_MAX = 8_192;

const BODY = /^[A-Za-z0-9_-]+$/;
const TOKENS = /\[SEALED:v1:[A-Za-z0-9_-]+\]/g;
const BODY_LENGTH_MAX = base64Length(HEADER_BYTES + PLAINTEXT_BYTES_MAX + TAG_BYTES);

/** Characters of the longest token. */
export const TOKEN_LENGTH_MAX = PREFIX.length + BODY_LENGTH_MAX + SUFFIX.length;

export interface TokenParts {
  /** Recipient, enc and counter: what is authenticated beside the ciphertext. */
  readonly header: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/** The token whose bytes are the first `length` of a buffer. */
export function writeToken(bytes: Buffer, length: number): string {
  return `${PREFIX}${bytes.toString("base64url", 0, length)}${SUFFIX}`;
}

/** The parts of a token that is all of `text`; undefined where it is none. Says nothing about who wrote it. */
export function parseToken(text: string): TokenParts | undefined {
  if (!isTokenShaped(text)) return undefined;
  const body = text.slice(PREFIX.length, -SUFFIX.length);
  const bytes = Buffer.from(body, "base64url");
  if (bytes.toString("base64url") !== body) return undefined; // a second spelling of the same bytes
  const sealed = bytes.length - HEADER_BYTES - TAG_BYTES;
  if (sealed <= 0 || sealed % PADDING_BYTES !== 0) return undefined;
  return {
    header: bytes.subarray(0, HEADER_BYTES),
    ciphertext: bytes.subarray(HEADER_BYTES, HEADER_BYTES + sealed),
    tag: bytes.subarray(HEADER_BYTES + sealed),
  };
}

function isTokenShaped(text: string): boolean {
  if (text.length > TOKEN_LENGTH_MAX || !text.startsWith(PREFIX) || !text.endsWith(SUFFIX)) return false;
  return BODY.test(text.slice(PREFIX.length, -SUFFIX.length));
}

/** Where tokens stand in a text, as offsets into it; in linear time, since no two can overlap. */
export function findTokens(text: string): readonly (readonly [start: number, end: number])[] {
  if (!text.includes(PREFIX)) return [];
  return [...text.matchAll(TOKENS)]
    .filter(([token]) => parseToken(token) !== undefined)
    .map(({ index, 0: token }) => [index, index + token.length] as const);
}

function base64Length(bytes: number): number {
  return Math.ceil((bytes * 4) / 3);
}
