import type { Field, MessageType } from "@scrim/wire";
import { uint32Size, writeUint32 } from "@scrim/wire";

/** What to put into a text-bearing field; `path` names it: `LogRecord.body.string_value`. */
export type Plant = (path: string, field: Field) => string;

/** How deep messages that contain themselves are filled. */
const NESTING = 3;

/**
 * Encodes a message with every field of the tables set, every text planted. The walk is over the tables alone,
 * so that a field that is added to them is planted in without anyone remembering it.
 */
export function plantMessage(type: MessageType, plant: Plant, path = type.name, nesting = 0): Buffer {
  const parts: Buffer[] = [];
  const add = (part: Buffer) => parts.push(part);
  for (const field of type.fields) {
    if (field === undefined || field.role === "index") continue;
    const where = `${path}.${field.name}`;
    if (field.message !== undefined) {
      if (nesting >= NESTING && (type.name === "ArrayValue" || type.name === "KeyValueList")) continue;
      const deeper =
        field.message.name === "AnyValue" || field.message.name === "KeyValue" ? nesting + 1 : nesting;
      if (type.name === "AnyValue" || field.message.name !== "AnyValue") {
        add(len(field.number, plantMessage(field.message, plant, where, deeper)));
      } else {
        // One occurrence for each member of the oneof, in attributes of their own where there are such.
        for (const member of field.message.fields) {
          if (member === undefined || member.role === "index") continue;
          if (nesting >= NESTING && member.message !== undefined) continue;
          const value = plantField(member, plant, `${where}.${member.name}`, nesting + 1);
          add(len(field.number, value));
        }
      }
    } else {
      add(plantField(field, plant, where, nesting));
    }
  }
  return Buffer.concat(parts);
}

function plantField(field: Field, plant: Plant, where: string, nesting: number): Buffer {
  if (field.message !== undefined)
    return len(field.number, plantMessage(field.message, plant, where, nesting));
  switch (field.type) {
    case "string":
      return len(field.number, Buffer.from(plant(where, field)));
    case "bytes":
      return len(
        field.number,
        field.role === "id" ? Buffer.alloc(field.idBytes, 0xa1) : Buffer.from(plant(where, field)),
      );
    case "fixed64":
    case "sfixed64":
    case "double":
      return Buffer.from([(field.number << 3) | 1, 1, 2, 3, 4, 5, 6, 7, 8].slice(0, 9));
    case "fixed32":
      return Buffer.from([...tag(field.number, 5), 1, 0, 0, 0]);
    default:
      return Buffer.from([...tag(field.number, 0), 1]);
  }
}

function tag(field: number, wire: number): Buffer {
  const head = Buffer.alloc(5);
  return head.subarray(0, writeUint32(head, 0, ((field << 3) | wire) >>> 0));
}

export function len(field: number, payload: Buffer): Buffer {
  const head = tag(field, 2);
  const length = Buffer.alloc(uint32Size(payload.length));
  writeUint32(length, 0, payload.length);
  return Buffer.concat([head, length, payload]);
}
