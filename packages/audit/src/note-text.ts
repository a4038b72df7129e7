/** Readers of the small pieces that notes, proofs and requests are made of. Each takes one spelling alone. */
import { HASH_BYTES } from "./merkle-hash.ts";

/** A number as the formats write sizes and indices: decimal, no leading zeroes. Up to 2^53, where the formats have 2^63. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Standard Base64 with padding (RFC 4648 §4), where each byte sequence has one spelling. */
export function parseBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? bytes : undefined;
}

export function parseHash(text: string): Buffer | undefined {
  const bytes = parseBase64(text);
  return bytes?.length === HASH_BYTES ? bytes : undefined;
}

/** Hashes, one a line; undefined where a line is none. */
export function parseHashes(lines: readonly string[]): Buffer[] | undefined {
  const hashes = lines.map(parseHash);
  return hashes.every((hash) => hash !== undefined) ? hashes : undefined;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Text in well-formed UTF-8; undefined where the bytes are not that. */
export function parseUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
