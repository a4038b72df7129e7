/** What kind of character a byte is; bytes of UTF-8 beyond ASCII count as parts of names. */

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

export function isLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

export function isHexDigit(byte: number): boolean {
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= 0x66);
}

export function isNameStart(byte: number): boolean {
  return isLetter(byte) || byte === 0x5f || byte >= 0x80;
}

export function isNamePart(byte: number): boolean {
  return isNameStart(byte) || isDigit(byte) || byte === 0x24;
}
