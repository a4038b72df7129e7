import { crc32 } from "node:zlib";
import { readInteger, writeInteger } from "./byte-fields.ts";

/** What stands at the head of a segment, twice: a damaged block must not cost the whole file. `docs/spool.md` shows the bytes. */
export interface SegmentHeader {
  /** From 1, rising; the number in the file's name. */
  readonly number: number;
  /** No record in it has a lower sequence. */
  readonly first_sequence: number;
  /** The segment that was written before, and how far it counts; 0 and 0 where none was. */
  readonly previous_number: number;
  readonly previous_end: number;
  readonly created_at_ms: number;
  /** Random bytes that each record of this segment starts with. Who sends telemetry can't guess them, and so can't forge a record. */
  readonly mark: Buffer;
}

export const MARK_BYTES = 8;
/** Where records begin, behind the two headers. */
export const RECORDS_AT = 8192;

const MAGIC = Buffer.from("SCRIMSPL");
const FORMAT_VERSION = 1;
const HEADER_BYTES = 72;
const CRC_AT = HEADER_BYTES - 4;
/** The second header lies in another block of the disk. */
const HEADERS_AT = [0, 4096] as const;

/** The first {@link RECORDS_AT} bytes of a segment. */
export function formatSegmentHead(header: SegmentHeader): Buffer {
  const head = Buffer.alloc(RECORDS_AT);
  MAGIC.copy(head, 0);
  head.writeUInt16LE(FORMAT_VERSION, 8);
  head.writeUInt16LE(HEADER_BYTES, 10);
  writeInteger(head, header.number, 16);
  writeInteger(head, header.first_sequence, 24);
  writeInteger(head, header.previous_number, 32);
  writeInteger(head, header.previous_end, 40);
  writeInteger(head, header.created_at_ms, 48);
  header.mark.copy(head, 56);
  head.writeUInt32LE(crc32(head.subarray(0, CRC_AT)), CRC_AT);
  for (const at of HEADERS_AT) head.copy(head, at, 0, HEADER_BYTES);
  return head;
}

/** What stands at the head of a file; undefined where neither header is whole. */
export function parseSegmentHead(head: Buffer): SegmentHeader | undefined {
  for (const at of HEADERS_AT) {
    const header = parseHeader(head.subarray(at, at + HEADER_BYTES));
    if (header !== undefined) return header;
  }
  return undefined;
}

function parseHeader(bytes: Buffer): SegmentHeader | undefined {
  if (bytes.length < HEADER_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if (bytes.readUInt16LE(8) !== FORMAT_VERSION || bytes.readUInt16LE(10) !== HEADER_BYTES) return undefined;
  if (bytes.readUInt32LE(CRC_AT) !== crc32(bytes.subarray(0, CRC_AT))) return undefined;
  const [number, first_sequence, previous_number, previous_end, created_at_ms] = [16, 24, 32, 40, 48].map(
    (at) => readInteger(bytes, at),
  );
  if (
    number === undefined ||
    first_sequence === undefined ||
    previous_number === undefined ||
    previous_end === undefined ||
    created_at_ms === undefined
  ) {
    return undefined;
  }
  const mark = Buffer.from(bytes.subarray(56, 56 + MARK_BYTES));
  return { number, first_sequence, previous_number, previous_end, created_at_ms, mark };
}

const NAME = /^([0-9]{12})\.segment$/;

export function segmentName(number: number): string {
  return `${String(number).padStart(12, "0")}.segment`;
}

/** The number in a segment's name; undefined for other files. */
export function segmentNumberOf(name: string): number | undefined {
  const match = NAME.exec(name);
  return match === null ? undefined : Number(match[1]);
}
