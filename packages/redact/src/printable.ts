/**
 * Whether every byte is printable ASCII. Random ids practically never are: a trace id with a chance of one in
 * ten million, a span id with one in three thousand.
 */
export function isPrintable(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! < 0x20 || bytes[at]! > 0x7e) return false;
  return end > start;
}
