import { FieldWalker, LEN } from "@scrim/wire";

export type Range = readonly [start: number, end: number];

/** Payloads of every occurrence of a length-delimited field in the message that lies in `range`. */
export function fieldRanges(bytes: Buffer, [start, end]: Range, field: number): Range[] {
  const walker = new FieldWalker();
  walker.enter(bytes, start, end);
  const ranges: Range[] = [];
  while (walker.next())
    if (walker.field === field && walker.wire === LEN) ranges.push([walker.start, walker.end]);
  return ranges;
}
