const DIGITS = new Int8Array(256).fill(-1);
for (const [value, digit] of [..."0123456789abcdef"].entries()) {
  DIGITS[digit.charCodeAt(0)] = value;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * The byte that the two hex digits at `offset` stand for, in either case; negative if one is no hex digit. Both
 * must lie within `text`.
 */
export function hexByte(text: Uint8Array, offset: number): number {
  return (DIGITS[text[offset]!]! << 4) | DIGITS[text[offset + 1]!]!;
}
