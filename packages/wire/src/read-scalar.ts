import type { Field, ScalarType } from "./message-type.ts";
import { readInt64, readUint64 } from "./varint.ts";

/** Payloads of up to four bytes are varints that fit a small integer. */
const SMALL_VARINT_BYTES = 4;

/** High words under this make a 64-bit number that a double holds exactly. */
const EXACT_HIGH_WORD = 2 ** 21;

/** The value in `bytes[start, end)` as OTLP's JSON mapping has it; the walker has checked its wire type. */
export function readScalar(
  field: Field,
  bytes: Buffer,
  start: number,
  end: number,
): string | number | boolean {
  switch (field.type as ScalarType) {
    case "string":
      return bytes.toString("utf8", start, end);
    case "bytes":
      return field.role === "id" ? bytes.toString("hex", start, end) : bytes.toString("base64", start, end);
    case "fixed64":
      return readFixed64(bytes, start);
    case "sfixed64":
      return bytes.readBigInt64LE(start).toString();
    case "double":
      return jsonDouble(bytes.readDoubleLE(start));
    case "int64":
      if (end - start <= SMALL_VARINT_BYTES) return String(lowWord(bytes, start, end));
      return readInt64(bytes, start, end).toString();
    case "uint64":
      if (end - start <= SMALL_VARINT_BYTES) return String(lowWord(bytes, start, end));
      return readUint64(bytes, start, end).toString();
    case "enum":
    case "int32":
      return lowWord(bytes, start, end);
    case "uint32":
      return lowWord(bytes, start, end) >>> 0;
    case "sint32":
      return unzigzag(lowWord(bytes, start, end));
    case "fixed32":
      return bytes.readUInt32LE(start);
    case "bool":
      return readUint64(bytes, start, end) !== 0n;
  }
}

/** Whether `value`, as {@link readScalar} gives it, is what the field holds when it is absent. */
export function isDefault(field: Field, value: string | number | boolean): boolean {
  switch (field.type) {
    case "fixed64":
    case "sfixed64":
    case "int64":
    case "uint64":
      return value === "0";
    default:
      return value === "" || value === 0 || value === false;
  }
}

function readFixed64(bytes: Buffer, start: number): string {
  const high = bytes.readUInt32LE(start + 4);
  if (high < EXACT_HIGH_WORD) return String(high * 2 ** 32 + bytes.readUInt32LE(start));
  return bytes.readBigUInt64LE(start).toString();
}

/** JSON has no name for these, and `JSON.stringify` forgets the sign of -0. */
function jsonDouble(value: number): number | string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return Object.is(value, -0) ? "-0" : String(value);
}

/** The low 32 bits of a varint, signed. What decoders make of an int32 that came in more. */
function lowWord(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start, shift = 0; at < end && shift < 32; at++, shift += 7)
    value |= (bytes[at]! & 0x7f) << shift;
  return value;
}

function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}
