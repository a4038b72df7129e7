import { uint32Size, writeUint32 } from "@scrim/wire";

/** Small protobuf messages are put together from whole fields; what carries telemetry is spliced instead. */

const VARINT = 0;
const LEN = 2;

/** A field that holds an integer in [0, 2^32); nothing if it is 0, as in proto3. */
export function integerField(number: number, value: number): Buffer {
  if (value === 0) return Buffer.alloc(0);
  const tag = (number << 3) | VARINT;
  const bytes = Buffer.alloc(uint32Size(tag) + uint32Size(value));
  writeUint32(bytes, writeUint32(bytes, 0, tag), value);
  return bytes;
}

/** A field that holds a text or a message. */
export function bytesField(number: number, value: string | Uint8Array): Buffer {
  const payload = typeof value === "string" ? Buffer.from(value) : value;
  const tag = (number << 3) | LEN;
  const head = Buffer.alloc(uint32Size(tag) + uint32Size(payload.length));
  writeUint32(head, writeUint32(head, 0, tag), payload.length);
  return Buffer.concat([head, payload]);
}
