import type { Field, MessageType } from "@scrim/wire";
import { uint32Size, writeUint32 } from "@scrim/wire";

/** What to put into a text-bearing field; `path` names it: `LogRecord.body.string_value`. */
export type Plant = (path: string, field: Field) => string;

export interface PlantOptions {
  /** The value of every `int_value`. */
  readonly int?: bigint;
}

/** How deep messages that contain themselves are filled. */
const NESTING = 3;

/**
 * Encodes a message with every field of the tables set, every text planted. The walk is over the tables alone,
 * so that a field that is added to them is planted in without anyone remembering it.
 */
export function plantMessage(type: MessageType, plant: Plant, { int = 1n }: PlantOptions = {}): Buffer {
  return new Planter(plant, int).message(type, type.name, 0);
}

class Planter {
  readonly #plant: Plant;
  readonly #int: bigint;

  constructor(plant: Plant, int: bigint) {
    this.#plant = plant;
    this.#int = int;
  }

  message(type: MessageType, path: string, nesting: number): Buffer {
    const parts: Buffer[] = [];
    for (const field of type.fields) {
      if (field === undefined || field.role === "index") continue;
      const where = `${path}.${field.name}`;
      // The first string is empty in every profile (opentelemetry/proto/profiles/v1development/profiles.proto).
      if (field.name === "string_table") parts.push(len(field.number, Buffer.alloc(0)));
      if (field.message === undefined) {
        parts.push(this.#scalar(field, where));
      } else if (type.name === "AnyValue" || field.message.name !== "AnyValue") {
        if (nesting >= NESTING && (type.name === "ArrayValue" || type.name === "KeyValueList")) continue;
        const deeper = field.message.name === "KeyValue" ? nesting + 1 : nesting;
        parts.push(len(field.number, this.message(field.message, where, deeper)));
      } else {
        parts.push(...this.#values(field, field.message, where, nesting));
      }
    }
    return Buffer.concat(parts);
  }

  /** A value as often as there are members of its oneof. */
  #values(field: Field, anyValue: MessageType, where: string, nesting: number): Buffer[] {
    const members = anyValue.fields.filter(
      (member) => member !== undefined && member.role !== "index",
    ) as Field[];
    return members
      .filter((member) => member.message === undefined || nesting < NESTING)
      .map((member) => {
        const path = `${where}.${member.name}`;
        const value =
          member.message === undefined
            ? this.#scalar(member, path)
            : len(member.number, this.message(member.message, path, nesting + 1));
        return len(field.number, value);
      });
  }

  #scalar(field: Field, where: string): Buffer {
    switch (field.type) {
      case "string":
        return len(field.number, Buffer.from(this.#plant(where, field)));
      case "bytes":
        if (field.role === "id") return len(field.number, Buffer.alloc(field.idBytes, 0xa1));
        return len(field.number, Buffer.from(this.#plant(where, field)));
      case "fixed64":
      case "sfixed64":
      case "double":
        return Buffer.concat([tag(field.number, 1), Buffer.from([1, 2, 3, 4, 5, 6, 7, 8])]);
      case "fixed32":
        return Buffer.concat([tag(field.number, 5), Buffer.from([1, 0, 0, 0])]);
      default:
        return Buffer.concat([tag(field.number, 0), varint(field.name === "int_value" ? this.#int : 1n)]);
    }
  }
}

function tag(field: number, wire: number): Buffer {
  const head = Buffer.alloc(5);
  return head.subarray(0, writeUint32(head, 0, ((field << 3) | wire) >>> 0));
}

export function len(field: number, payload: Buffer): Buffer {
  const length = Buffer.alloc(uint32Size(payload.length));
  writeUint32(length, 0, payload.length);
  return Buffer.concat([tag(field, 2), length, payload]);
}

export function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}
