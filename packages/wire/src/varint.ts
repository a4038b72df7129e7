/** How many bytes `value`, an integer in [0, 2^32), takes as a varint. */
export function uint32Size(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/** Writes `value`, an integer in [0, 2^32), at `offset`; returns the offset behind it. */
export function writeUint32(target: Uint8Array, offset: number, value: number): number {
  let at = offset;
  let rest = value;
  while (rest >= 0x80) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}

/** The varint in `bytes[start, end)`, which a walker has found to be whole, as an unsigned 64-bit number. */
export function readUint64(bytes: Uint8Array, start: number, end: number): bigint {
  let value = 0n;
  for (let at = end - 1; at >= start; at--) value = (value << 7n) | BigInt(bytes[at]! & 0x7f);
  return BigInt.asUintN(64, value);
}

/** The varint in `bytes[start, end)` as an int32 field has it: the low 32 bits, signed. */
export function readInt32(bytes: Uint8Array, start: number, end: number): number {
  return Number(BigInt.asIntN(32, readUint64(bytes, start, end)));
}

/** The varint in `bytes[start, end)` as a signed 64-bit number: int32 and int64 alike. */
export function readInt64(bytes: Uint8Array, start: number, end: number): bigint {
  return BigInt.asIntN(64, readUint64(bytes, start, end));
}
