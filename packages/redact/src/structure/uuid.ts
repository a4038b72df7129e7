import { isHexDigit, isNamePart } from "./byte-kinds.ts";

export const UUID_BYTES = 36;

const MINUS = 0x2d;

/** Whether a UUID as RFC 9562 writes it lies at `start`, and nothing is stuck to its end. `bytes` ends where the text does. */
export function isUuid(bytes: Uint8Array, start: number): boolean {
  if (bytes[start + 8] !== MINUS || start + UUID_BYTES > bytes.length) return false;
  for (let offset = 0; offset < UUID_BYTES; offset++) {
    const byte = bytes[start + offset]!;
    const isDash = offset === 8 || offset === 13 || offset === 18 || offset === 23;
    if (isDash ? byte !== MINUS : !isHexDigit(byte)) return false;
  }
  return start + UUID_BYTES === bytes.length || !isNamePart(bytes[start + UUID_BYTES]!);
}
