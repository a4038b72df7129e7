import assert from "node:assert";
import { LEN } from "./field-walker.ts";
import type { Field, MessageType } from "./message-type.ts";

/** A field as the JSON reader needs it. */
export interface JsonField {
  readonly field: Field;
  readonly key: Buffer;
  /** The tag to write: for a packed field that of the whole, otherwise that of each value. */
  readonly tag: number;
  readonly packed: boolean;
  /** A value that is the type's default is written like any other. */
  readonly explicit: boolean;
  /** One bit for each field of a message. */
  readonly bit: number;
  /** Bits of the other members of its oneof. */
  readonly rivals: number;
  /** Present exactly if the field holds messages. */
  readonly message: JsonMessage | undefined;
}

export interface JsonMessage {
  /** Fields by the length of their key. No message has more than a few of one length. */
  readonly fields: readonly (readonly JsonField[] | undefined)[];
}

/** Prepares a message type, and all that it can contain, for reading from JSON. */
export function compileJsonMessage(type: MessageType): JsonMessage {
  return compile(type, new Map());
}

/** The field whose key is `text[start, end)`; undefined if there is none. */
export function findField(
  message: JsonMessage,
  text: Uint8Array,
  start: number,
  end: number,
): JsonField | undefined {
  const candidates = message.fields[end - start];
  if (candidates === undefined) return undefined;
  for (const candidate of candidates) if (equals(candidate.key, text, start)) return candidate;
  return undefined;
}

function compile(type: MessageType, compiled: Map<MessageType, JsonMessage>): JsonMessage {
  const known = compiled.get(type);
  if (known !== undefined) return known;
  const byLength: JsonField[][] = [];
  const message: JsonMessage = { fields: byLength };
  compiled.set(type, message); // before its fields: a type may contain itself
  for (const field of type.fields) {
    if (field === undefined) continue;
    const key = Buffer.from(field.jsonName);
    const packed = field.repeated && field.wire !== LEN;
    byLength[key.length] ??= [];
    byLength[key.length]!.push({
      field,
      key,
      tag: (field.number << 3) | (packed ? LEN : field.wire),
      packed,
      explicit: field.repeated || field.optional,
      bit: bitOf(field),
      rivals: rivalsOf(field, type),
      message: field.message && compile(field.message, compiled),
    });
  }
  return message;
}

function rivalsOf(field: Field, type: MessageType): number {
  let bits = 0;
  if (field.oneof === undefined) return bits;
  for (const other of type.fields) if (other?.oneof === field.oneof && other !== field) bits |= bitOf(other);
  return bits;
}

function bitOf(field: Field): number {
  assert(field.number < 32, "fields of one message must fit the bits of a number");
  return 1 << field.number;
}

function equals(key: Uint8Array, text: Uint8Array, start: number): boolean {
  for (let index = 0; index < key.length; index++) if (key[index] !== text[start + index]) return false;
  return true;
}
