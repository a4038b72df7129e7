import { createHash } from "node:crypto";

const HASH_BYTES = 71;

/** What the action `hash` makes of a value. */
export function hashOf(value: Uint8Array): Buffer {
  return Buffer.from(`sha256:${createHash("sha256").update(value).digest("hex")}`);
}

/** Whether a value is what {@link hashOf} makes. */
export function isHash(value: Buffer): boolean {
  return value.length === HASH_BYTES && /^sha256:[0-9a-f]{64}$/.test(value.toString("latin1"));
}
