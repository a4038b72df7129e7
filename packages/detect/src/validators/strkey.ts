const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** True for base32 whose last two bytes are the CRC-16/XMODEM of those before (SEP-23). One in 65,536 passes by chance. */
export function isStrkey(text: string): boolean {
  const bytes = fromBase32(text);
  const end = bytes.length - 2;
  return end > 0 && crc16(bytes, end) === bytes[end]! + bytes[end + 1]! * 256;
}

function fromBase32(text: string): readonly number[] {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    held = ((held << 5) | ALPHABET.indexOf(text[i]!)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return bytes;
}

function crc16(bytes: readonly number[], end: number): number {
  let crc = 0;
  for (let i = 0; i < end; i++) {
    crc ^= bytes[i]! << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc;
}
