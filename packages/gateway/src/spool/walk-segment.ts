import { align } from "./byte-fields.ts";
import {
  FIXED_BYTES,
  headerBytesAt,
  parseRecordHeader,
  type RecordHeader,
  recordBytes,
} from "./record-header.ts";

/** Bytes that the walk needs next. What is given may be shorter where the file ends. */
export interface Ask {
  readonly offset: number;
  readonly length: number;
}

/** A whole header; its payload is another matter. */
export interface FoundRecord {
  readonly kind: "record";
  readonly offset: number;
  readonly end: number;
  readonly header: RecordHeader;
}

/** What lies at an offset of a segment. */
export type Found =
  | FoundRecord
  /** No whole header; the next one is at `end`. `isTail` says that there is none any more. */
  | { readonly kind: "damage"; readonly offset: number; readonly end: number; readonly isTail: boolean };

/** What is known of a segment whose records are looked for. */
export interface Extent {
  readonly mark: Buffer;
  /** No record goes past it. */
  readonly end: number;
  /** No record has a lower sequence. */
  readonly sequence_min: number;
}

/** Read at once while the next record is searched. */
const SEARCH_BYTES = 256 * 1024;
/** Places that start like a record and are looked at in one search: a file full of them must not cost minutes. */
const CANDIDATES_MAX = 65_536;

/**
 * Finds the record at `offset`, or how far the damage there goes. Undefined at the end of the records. It asks for bytes instead of reading,
 * so that it serves readers that wait and readers that don't.
 */
export function* nextInSegment(extent: Extent, offset: number): Generator<Ask, Found | undefined, Buffer> {
  if (offset + FIXED_BYTES > extent.end) return offset < extent.end ? tail(extent, offset) : undefined;
  const found = yield* recordAt(extent, offset);
  return found ?? (yield* resynchronize(extent, offset));
}

function* recordAt(extent: Extent, offset: number): Generator<Ask, Found | undefined, Buffer> {
  const fixed = yield { offset, length: FIXED_BYTES };
  const headerBytes = headerBytesAt(fixed, extent.mark);
  if (headerBytes === undefined) return undefined;
  const header = parseRecordHeader(yield { offset, length: headerBytes }, extent.mark);
  if (header === undefined || header.sequence < extent.sequence_min) return undefined;
  const end = offset + recordBytes(header.header_bytes, header.payload_bytes);
  return end <= extent.end ? { kind: "record", offset, end, header } : undefined;
}

/** Searches the next whole header behind a place that has none. */
function* resynchronize(extent: Extent, offset: number): Generator<Ask, Found, Buffer> {
  let candidates = 0;
  for (let from = offset + 1; from < extent.end; ) {
    const bytes = yield { offset: from, length: Math.min(SEARCH_BYTES, extent.end - from) };
    if (bytes.length < extent.mark.length) break;
    for (let at = bytes.indexOf(extent.mark); at >= 0; at = bytes.indexOf(extent.mark, at + 1)) {
      const place = from + at;
      if (place !== align(place)) continue;
      if (++candidates > CANDIDATES_MAX) return tail(extent, offset);
      const found = yield* recordAt(extent, place);
      if (found !== undefined) return { kind: "damage", offset, end: place, isTail: false };
    }
    from += bytes.length - extent.mark.length + 1; // a mark may begin in the last bytes
  }
  return tail(extent, offset);
}

function tail(extent: Extent, offset: number): Found {
  return { kind: "damage", offset, end: extent.end, isTail: true };
}

/** Reads part of a file; shorter at its end. */
export type Read = (offset: number, length: number) => Buffer;

/** Runs a walk on a reader that doesn't wait. */
export function walk<T>(steps: Generator<Ask, T, Buffer>, read: Read): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next(read(step.value.offset, step.value.length));
  return step.value;
}

/** Runs a walk on a reader that waits. */
export async function walkAsync<T>(
  steps: Generator<Ask, T, Buffer>,
  read: (offset: number, length: number) => Promise<Buffer>,
): Promise<T> {
  let step = steps.next();
  while (step.done !== true) step = steps.next(await read(step.value.offset, step.value.length));
  return step.value;
}
