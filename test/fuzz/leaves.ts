import { DEPTH_MAX, type Field, FieldWalker, LEN, type MessageType } from "@scrim/wire";

/** A field on the wire: `bytes[tag, end)`, its payload `bytes[start, end)`. */
interface Place {
  readonly number: number;
  readonly wire: number;
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

export interface Leaf extends Place {
  /** What the tables know of it; undefined for a field that they don't name. */
  readonly field: Field | undefined;
  /** The fields it stands in, outermost first. */
  readonly path: readonly Place[];
}

/** All fields that hold no message which the tables know, in the order of the bytes. */
export function leavesOf(bytes: Buffer, type: MessageType): Leaf[] {
  const leaves: Leaf[] = [];
  collect(bytes, type, 0, bytes.length, [], leaves);
  return leaves;
}

function collect(
  bytes: Buffer,
  type: MessageType,
  start: number,
  end: number,
  path: readonly Place[],
  leaves: Leaf[],
): void {
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  while (walker.next()) {
    const place = {
      number: walker.field,
      wire: walker.wire,
      tag: walker.tag,
      start: walker.start,
      end: walker.end,
    };
    const field = type.fields[walker.field];
    const message = walker.wire === LEN && path.length < DEPTH_MAX ? field?.message : undefined;
    if (message === undefined) leaves.push({ ...place, field, path });
    else collect(bytes, message, place.start, place.end, [...path, place], leaves);
  }
}
