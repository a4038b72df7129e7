import { OperatingError } from "@scrim/errors";
import { FieldWalker, LEN } from "./field-walker.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import { DEPTH_MAX } from "./limits.ts";
import type { Field, MessageType } from "./message-type.ts";
import { PackedReader } from "./packed-reader.ts";
import { isDefault, readScalar } from "./read-scalar.ts";
import { REQUEST_TYPES, type Signal } from "./signal.ts";

/**
 * An export request as plain objects, exactly as OTLP's JSON mapping writes it: ids in hex, 64-bit integers as
 * decimal strings, bytes as base64, `NaN` and infinities as strings, attributes as lists of `{ key, value }`. As
 * `JSON.stringify` would lose its sign, -0 is the string `-0`. The objects belong to the caller.
 *
 * Reads as protobuf says where a field occurs twice: the last value counts, messages merge, a later member of a
 * oneof replaces the earlier. Bytes in a string that are not UTF-8 become U+FFFD. Unknown fields are left out,
 * and so is what holds its default, except where protobuf can tell a default from nothing.
 *
 * @throws {OperatingError} `WIRE_TRUNCATED` or `WIRE_MALFORMED` with the byte offset as path, `TOO_DEEP`
 *
 * @example
 * ```ts
 * import { decodeRequest } from "@scrim/wire";
 * const bytes = Buffer.from("0a081206120462026869", "hex");
 * console.log(JSON.stringify(decodeRequest("logs", bytes)));
 * // {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"eventName":"hi"}]}]}]}
 * ```
 */
export function decodeRequest(signal: Signal, bytes: Uint8Array): JsonObject {
  const request: MutableObject = {};
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  new Decoder(buffer).addMessage(request, REQUEST_TYPES[signal], 0, buffer.length, 1);
  return request;
}

/** Its keys are field names from our tables, never bytes from the wire: there is no `__proto__` among them. */
interface MutableObject {
  [name: string]: JsonValue;
}

class Decoder {
  readonly #bytes: Buffer;
  /** One for each level, made when it is first reached. */
  readonly #walkers: FieldWalker[] = [];
  readonly #packed = new PackedReader();

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Adds the message in `bytes[start, end)` to `target`, which may hold an earlier part of it. */
  addMessage(target: MutableObject, type: MessageType, start: number, end: number, level: number): void {
    if (level > DEPTH_MAX)
      throw new OperatingError("TOO_DEEP", `nesting over ${DEPTH_MAX} levels`, { path: `byte ${start}` });
    const walker = (this.#walkers[level] ??= new FieldWalker());
    walker.enter(this.#bytes, start, end);
    while (walker.next()) {
      const field = type.fields[walker.field];
      if (field === undefined) continue;
      if (walker.wire === field.wire) {
        if (field.oneof !== undefined) removeRivals(target, type, field);
        if (field.message === undefined) this.#addScalar(target, field, walker.start, walker.end);
        else this.addMessage(child(target, field), field.message, walker.start, walker.end, level + 1);
      } else if (walker.wire === LEN && field.repeated) {
        this.#addPacked(target, field, walker.start, walker.end);
      }
    }
  }

  #addScalar(target: MutableObject, field: Field, start: number, end: number): void {
    const value = readScalar(field, this.#bytes, start, end);
    if (field.repeated) list(target, field).push(value);
    else if (field.optional || !isDefault(field, value)) target[field.jsonName] = value;
    else if (field.jsonName in target) delete target[field.jsonName];
  }

  #addPacked(target: MutableObject, field: Field, start: number, end: number): void {
    const packed = this.#packed;
    packed.enter(this.#bytes, field.wire, start, end);
    if (start === end) return;
    const values = list(target, field);
    while (packed.next()) values.push(readScalar(field, this.#bytes, packed.start, packed.end));
  }
}

/** The object that takes the fields of a message: a new element, or the one that is there to merge with. */
function child(target: MutableObject, field: Field): MutableObject {
  if (!field.repeated) return (target[field.jsonName] ??= {}) as MutableObject;
  const element = {};
  list(target, field).push(element);
  return element;
}

function list(target: MutableObject, field: Field): JsonValue[] {
  return (target[field.jsonName] ??= []) as JsonValue[];
}

/** Before a member of a oneof is set, the others go. */
function removeRivals(target: MutableObject, type: MessageType, field: Field): void {
  for (const name in target) {
    if (name === field.jsonName) continue;
    if (type.fields.find((other) => other?.jsonName === name)?.oneof === field.oneof) delete target[name];
  }
}
