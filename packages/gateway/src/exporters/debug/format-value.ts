import type { JsonObject, JsonValue } from "@scrim/wire";

/** Values nested deeper are shown as `…`: a line on a terminal is no place for them. */
const DEPTH_MAX = 8;

/** An OTLP AnyValue for people: text as it is, lists and maps like JavaScript, and inside of those an empty value as null. */
export function formatValue(value: JsonObject | undefined, depth = 0): string {
  if (value === undefined) return depth === 0 ? "" : "null";
  if (depth > DEPTH_MAX) return "…";
  const [kind, content] = Object.entries(value)[0] ?? [];
  switch (kind) {
    case "arrayValue":
      return `[${membersOf(content)
        .map((member) => formatValue(member, depth + 1))
        .join(", ")}]`;
    case "kvlistValue":
      return `{${membersOf(content)
        .map((member) => formatAttribute(member, ": ", depth + 1))
        .join(", ")}}`;
    case "bytesValue":
      return `<bytes ${content}>`;
    case undefined:
      return depth === 0 ? "" : "null";
    default:
      return String(content);
  }
}

/** `user.email=j***@example.com`, for each of a list of attributes. */
export function formatAttributes(attributes: JsonValue | undefined): string[] {
  return listOf(attributes).map((attribute) => formatAttribute(attribute, "=", 0));
}

/** The value of an attribute; undefined if it is not there. */
export function findAttribute(attributes: JsonValue | undefined, key: string): string | undefined {
  const found = listOf(attributes).find((attribute) => attribute.key === key);
  return found && formatValue(found.value as JsonObject);
}

/** A repeated field, which is absent when empty. */
export function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return (value ?? []) as readonly JsonObject[];
}

function formatAttribute(attribute: JsonObject, between: string, depth: number): string {
  return `${attribute.key ?? ""}${between}${formatValue(attribute.value as JsonObject | undefined, depth)}`;
}

function membersOf(list: JsonValue | undefined): readonly JsonObject[] {
  return listOf((list as JsonObject | undefined)?.values);
}
