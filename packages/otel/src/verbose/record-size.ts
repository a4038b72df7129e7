import type { LogRecordLike } from "../sdk-types.ts";

/** Members of one record that are counted; a record that has more is taken for too large. */
const MEMBERS_MAX = 10_000;
const NESTING_MAX = 50;

/** About what a record's texts take, in bytes: for a grant's `bytes_max`, which is no measure of memory. */
export function sizeOf({ body, attributes }: LogRecordLike): number {
  const left = { members: MEMBERS_MAX };
  const size = sizeOfValue(body, left, 0) + sizeOfValue(attributes, left, 0);
  return left.members > 0 ? size : Number.MAX_SAFE_INTEGER;
}

/** A number or the like. */
const SCALAR_BYTES = 8;

function sizeOfValue(value: unknown, left: { members: number }, nesting: number): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return SCALAR_BYTES;
  if (value instanceof Uint8Array) return value.length;
  if (nesting === NESTING_MAX) {
    left.members = 0;
    return 0;
  }
  let size = 0;
  for (const key in value) {
    if (left.members-- <= 0) return size;
    size += key.length + sizeOfValue((value as Record<string, unknown>)[key], left, nesting + 1);
  }
  return size;
}
