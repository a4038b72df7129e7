/** Every part of a file begins at a multiple of this. */
const ALIGNMENT = 8;

/** The next multiple of {@link ALIGNMENT}. */
export function align(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Writes a whole number from 0 to 2^53-1 into eight bytes, low ones first. */
export function writeInteger(into: Buffer, value: number, at: number): void {
  into.writeUInt32LE(value % 2 ** 32, at);
  into.writeUInt32LE(Math.floor(value / 2 ** 32), at + 4);
}

/** Reads what {@link writeInteger} has written; undefined for what a number can't hold exactly. */
export function readInteger(from: Buffer, at: number): number | undefined {
  const value = from.readUInt32LE(at + 4) * 2 ** 32 + from.readUInt32LE(at);
  return Number.isSafeInteger(value) ? value : undefined;
}
