import { type Field, LEN, type MessageType, uint32Size, writeUint32 } from "../src/index.ts";

/**
 * One field on the wire: a message as the parts it consists of, anything else as the bytes of its payload (of a
 * group: with the closing tag). Written without any of the code under test but the length of a varint, so that
 * expectations don't come from what they check.
 */
export interface Part {
  readonly number: number;
  readonly wire: number;
  readonly body: Buffer | readonly Part[];
  /** The field of its message type; undefined for what the type does not know. */
  readonly field: Field | undefined;
}

export function encodeParts(parts: readonly Part[]): Buffer {
  return Buffer.concat(parts.map(encodePart));
}

export function encodePart({ number, wire, body }: Part): Buffer {
  const payload = Buffer.isBuffer(body) ? body : encodeParts(body);
  const tag = encodeUint32(((number << 3) | wire) >>> 0);
  return Buffer.concat(wire === LEN ? [tag, encodeUint32(payload.length), payload] : [tag, payload]);
}

/** `bytes` as the payload of one field after the other, innermost first, each given by its tag. */
export function wrap(bytes: Buffer, ...tags: readonly number[]): Buffer {
  return tags.reduce(
    (inner, tag) => Buffer.concat([Buffer.of(tag), encodeUint32(inner.length), inner]),
    bytes,
  );
}

/** The same message without what its type does not know, at any level. */
export function onlyKnown(parts: readonly Part[]): Part[] {
  return parts
    .filter((part) => part.field !== undefined)
    .map((part) => (Buffer.isBuffer(part.body) ? part : { ...part, body: onlyKnown(part.body) }));
}

/** `value` modulo 2^64 as a varint, made longer than it need be by up to `padding` bytes. */
export function encodeVarint(value: bigint, padding = 0): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  for (let extra = Math.min(padding, 10 - bytes.length); extra > 0; extra--) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(0);
  }
  return Buffer.from(bytes);
}

/** Every message type that `type` can contain, itself first. */
export function reachableTypes(type: MessageType, found = new Set<MessageType>()): Set<MessageType> {
  if (found.has(type)) return found;
  found.add(type);
  for (const field of type.fields) if (field?.message !== undefined) reachableTypes(field.message, found);
  return found;
}

function encodeUint32(value: number): Buffer {
  const bytes = Buffer.alloc(uint32Size(value));
  writeUint32(bytes, 0, value);
  return bytes;
}
