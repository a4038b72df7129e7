import protobuf from "protobufjs";
import type { Field, JsonObject, JsonValue, MessageType } from "../src/index.ts";
import { reachableTypes } from "./wire-model.ts";

/** A decoder made of protobufjs from the same tables, giving the same tree as `decodeRequest`. */
export function secondDecoder(type: MessageType): (bytes: Uint8Array) => JsonObject {
  const root = new protobuf.Root();
  const types = new Map([...reachableTypes(type)].map((each) => [each, describe(each)]));
  for (const each of types.values()) root.add(each);
  const decoder = types.get(type)!;
  return (bytes) => toTree(type, decoder.decode(bytes) as unknown as Record<string, unknown>);
}

function describe(type: MessageType): protobuf.Type {
  const described = new protobuf.Type(protobufName(type));
  const members = new Map<string, string[]>();
  for (const field of type.fields) {
    if (field === undefined) continue;
    const fieldType = field.message === undefined ? scalarName(field) : protobufName(field.message);
    described.add(
      new protobuf.Field(field.jsonName, field.number, fieldType, field.repeated ? "repeated" : undefined),
    );
    if (field.oneof !== undefined)
      members.set(field.oneof, [...(members.get(field.oneof) ?? []), field.jsonName]);
  }
  for (const [name, fields] of members) described.add(new protobuf.OneOf(`oneof_${name}`, fields));
  return described;
}

function protobufName(type: MessageType): string {
  return type.name.replaceAll(".", "_");
}

function scalarName(field: Field): string {
  return field.type === "enum" ? "int32" : field.type;
}

function toTree(type: MessageType, message: Record<string, unknown>): JsonObject {
  const tree: Record<string, JsonValue> = {};
  for (const field of type.fields) {
    if (field === undefined || !Object.hasOwn(message, field.jsonName)) continue;
    const value = message[field.jsonName];
    if (field.repeated) {
      const values = (value as unknown[]).map((element) => toValue(field, element));
      if (values.length > 0) tree[field.jsonName] = values;
    } else if (field.message !== undefined || field.optional || !isDefault(value)) {
      tree[field.jsonName] = toValue(field, value);
    }
  }
  return tree;
}

function toValue(field: Field, value: unknown): JsonValue {
  if (field.message !== undefined) return toTree(field.message, value as Record<string, unknown>);
  if (value instanceof Uint8Array) return Buffer.from(value).toString(field.role === "id" ? "hex" : "base64");
  if (isLong(value)) return value.toString();
  if (Object.is(value, -0)) return "-0";
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : (value as JsonValue);
}

function isDefault(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  if (isLong(value)) return value.isZero();
  return value === "" || value === false || Object.is(value, 0);
}

/** What protobufjs makes of 64-bit integers. */
function isLong(value: unknown): value is { isZero(): boolean; toString(): string } {
  return typeof value === "object" && value !== null && "isZero" in value;
}
