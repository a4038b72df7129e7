import { KEY, LEN, VALUE } from "@scrim/wire";

/** Tags of a `KeyValue` as encoders write it: the key, and then the value. */
const KEY_TAG = (KEY << 3) | LEN;
const VALUE_TAG = (VALUE << 3) | LEN;

/** Where the key of a plain `KeyValue` begins, behind its start. */
export const PLAIN_KEY_OFFSET = 2;

/**
 * The length of the key, if the `KeyValue` in `bytes[start, end)` is one short key and one value of up to 16 KiB, and nothing else; -1 for
 * what has to be walked. So are most, and their keys can be told without a walk.
 */
export function plainKeyLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 2 || bytes[start] !== KEY_TAG) return -1;
  const length = bytes[start + 1]!;
  const value = start + PLAIN_KEY_OFFSET + length;
  if (length >= 0x80 || value > end) return -1;
  return value === end || isOneValue(bytes, value, end) ? length : -1;
}

function isOneValue(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2 || bytes[start] !== VALUE_TAG) return false;
  const low = bytes[start + 1]!;
  if (low < 0x80) return start + 2 + low === end;
  const high = start + 2 < end ? bytes[start + 2]! : 0x80;
  return high < 0x80 && start + 3 + ((high << 7) | (low & 0x7f)) === end;
}
