import { strict as assert } from "node:assert";
import { parseUtf8 } from "./note-text.ts";

/** What entries are made of. Numbers are whole, so that each has one spelling everywhere; a member that is undefined is not there. */
export type JsonValue =
  | string
  | number
  | boolean
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined };

const DEPTH_MAX = 8;

/**
 * The one spelling of a value: JSON as in RFC 8785 (members sorted by UTF-16 code units, no spaces, shortest escapes), of the subset
 * without null, without fractions and without numbers beyond 2^53.
 *
 * @example
 * ```ts
 * import { canonicalJson } from "@scrim/audit";
 * console.log(canonicalJson({ b: 1, a: ["x", true] }).toString()); // {"a":["x",true],"b":1}
 * ```
 */
export function canonicalJson(value: JsonValue): Buffer {
  return Buffer.from(textOf(value, 0));
}

function textOf(value: JsonValue, depth: number): string {
  assert(depth < DEPTH_MAX, "nested too deep");
  if (typeof value === "number") assert(Number.isSafeInteger(value), "numbers are whole");
  // JSON.stringify escapes as RFC 8785 asks; of lone surrogates that text has none.
  if (typeof value === "string") assert(value.isWellFormed(), "text is well-formed");
  if (typeof value !== "object") return Object.is(value, -0) ? "0" : JSON.stringify(value);
  if (isList(value)) return `[${value.map((item) => textOf(item, depth + 1)).join(",")}]`;
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .toSorted()
    .map((key) => `${textOf(key, depth + 1)}:${textOf(value[key]!, depth + 1)}`);
  return `{${members.join(",")}}`;
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The value of bytes that are exactly its one spelling; undefined for any others. */
export function parseCanonicalJson(bytes: Buffer): JsonValue | undefined {
  const text = parseUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return textOf(value, 0) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
