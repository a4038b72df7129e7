import { hash } from "node:crypto";

/** Bytes of a SHA-256 hash. */
export const HASH_BYTES = 32;

/** The root of a tree without leaves (RFC 6962 §2.1): the hash of nothing. */
export const EMPTY_ROOT: Buffer = hash("sha256", "", "buffer");

const LEAF = 0x00;
const NODE = 0x01;

/** RFC 6962 §2.1: a leaf begins with 0x00, so that none can be taken for a node. */
export function leafHash(entry: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(1 + entry.length);
  input[0] = LEAF;
  input.set(entry, 1);
  return hash("sha256", input, "buffer");
}

/** RFC 6962 §2.1: a node begins with 0x01. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  const input = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  input[0] = NODE;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return hash("sha256", input, "buffer");
}
