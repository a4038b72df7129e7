import { FieldWalker, LEN } from "../field-walker.ts";

/**
 * A message around items: all of it but the items (or the messages that lead to them). Compared by identity: two
 * resources that say the same stay two.
 */
export interface Envelope {
  /** The tag of the field that it is the payload of; 0 for the request itself. */
  readonly tag: number;
  /** Its other fields as they were, in their order: known or not, once or several times. */
  readonly fields: Buffer;
}

/** The envelope that is left of the message in `bytes[start, end)` without its `children`. */
export function readEnvelope(
  bytes: Buffer,
  start: number,
  end: number,
  field: number,
  children: readonly number[],
): Envelope {
  const fields = Buffer.allocUnsafe(sizeWithout(bytes, start, end, children));
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  let written = 0;
  while (walker.next())
    if (!isChild(walker, children)) written += bytes.copy(fields, written, walker.tag, walker.end);
  return { tag: field === 0 ? 0 : (field << 3) | LEN, fields };
}

/** Whether the field that the walker is at is one of `children`. A known number of another wire type is none. */
export function isChild({ wire, field }: FieldWalker, children: readonly number[]): boolean {
  return wire === LEN && children.includes(field);
}

function sizeWithout(bytes: Buffer, start: number, end: number, children: readonly number[]): number {
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  let size = 0;
  while (walker.next()) if (!isChild(walker, children)) size += walker.end - walker.tag;
  return size;
}
