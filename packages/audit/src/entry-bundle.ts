import { TILE_WIDTH } from "./tile.ts";

/** An entry's length is a uint16 in bundles (c2sp.org/tlog-tiles). */
export const ENTRY_BYTES_MAX = 65_535;

const LENGTH_BYTES = 2;

/** The largest bundle: 256 of the largest entries. */
export const BUNDLE_BYTES_MAX: number = TILE_WIDTH * (LENGTH_BYTES + ENTRY_BYTES_MAX);

/** Entries one after the other, each behind its length. */
export function formatBundle(entries: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.allocUnsafe(entries.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const entry of entries) {
    at = bytes.writeUInt16BE(entry.length, at);
    bytes.set(entry, at);
    at += entry.length;
  }
  return bytes;
}

/** The entries of a bundle; undefined where the bytes are not exactly `count` entries. */
export function parseBundle(bytes: Buffer, count: number): Buffer[] | undefined {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (entries.length === count || at + LENGTH_BYTES > bytes.length) return undefined;
    const start = at + LENGTH_BYTES;
    at = start + bytes.readUInt16BE(at);
    if (at > bytes.length) return undefined;
    entries.push(bytes.subarray(start, at));
  }
  return entries.length === count ? entries : undefined;
}

/** The first `count` entries of a bundle that may have more. */
export function bundlePrefix(bytes: Buffer, count: number): Buffer | undefined {
  let at = 0;
  for (let entry = 0; entry < count; entry++) {
    if (at + LENGTH_BYTES > bytes.length) return undefined;
    at += LENGTH_BYTES + bytes.readUInt16BE(at);
  }
  return at <= bytes.length ? bytes.subarray(0, at) : undefined;
}
