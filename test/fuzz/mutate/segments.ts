import { crc32 } from "node:zlib";
import type { Random } from "../random.ts";
import { mutateBytes } from "./bytes.ts";
import { cut, type Mutator, repeated, spliced } from "./mutator.ts";

/**
 * Shares no code with the spool it attacks. A spool here is its files one behind the other, each with this before it and
 * a letter: `b` a segment with both its headers, `1` and `2` with one of them, `c` a cursor. `docs/spool.md` shows the bytes.
 */
const FILE_BEGINS = Buffer.from("\0FILE:");

/** Before the records of a segment: the letter, and one header. */
export const HEAD_BYTES = 73;
const HEADER_AT = 1;
const MARK_AT = HEADER_AT + 56;
const MARK_BYTES = 8;
const HEADER_CRC_AT = 68;
const RECORD_BYTES_MIN = 56;
const RECORD_CRC_AT = 52;
const PAYLOAD_CRC_AT = 36;
const RECORDS_MAX = 256;

/** Where numbers stand: eight bytes each in a segment's header, four or two in a record's. */
const HEADER_FIELDS = [16, 24, 32, 40, 48];
const RECORD_FIELDS = [8, 12, 16, 20, 24, 28, 32, 40, 41, 42, 44];
const NUMBERS = [0, 1, 2, 3, 7, 8, 55, 56, 57, 8_192, 8_200, 9_500, 2 ** 16 - 1, 2 ** 31, 2 ** 32 - 1];
/** Behind a checksum that fits: what a writer can have written, and what no number holds. */
const NUMBERS_OF_EIGHT_BYTES = [...NUMBERS, 2 ** 40, 2 ** 53, 2 ** 63];

/** The files that such bytes hold, each with its letter first. */
export function filesIn(bytes: Buffer): Buffer[] {
  const files: Buffer[] = [];
  for (let at = bytes.indexOf(FILE_BEGINS); at >= 0; ) {
    const next = bytes.indexOf(FILE_BEGINS, at + 1);
    files.push(bytes.subarray(at + FILE_BEGINS.length, next < 0 ? bytes.length : next));
    at = next;
  }
  return files;
}

export function joined(files: readonly Buffer[]): Buffer {
  return Buffer.concat(files.flatMap((file) => [FILE_BEGINS, file]));
}

/** Changes a file, or which there are. Checksums are mostly made to fit: what is behind them is to be read. */
export const mutateSegments: Mutator = (bytes, random, donor) => {
  const files = filesIn(bytes);
  if (files.length === 0) return mutateBytes(bytes, random, donor);
  const at = random.below(files.length);
  const file = files[at]!;
  const others = filesIn(donor);
  switch (random.below(12)) {
    case 0:
      files.splice(at, 1);
      break;
    case 1:
      files.splice(random.below(files.length), 0, ...files.splice(at, 1));
      break;
    case 2:
      files.splice(at, 0, others.length === 0 ? file : random.pick(others));
      break;
    case 3:
      files[at] = Buffer.concat([Buffer.from(random.pick(["b", "1", "2", "c"])), file.subarray(1)]);
      break;
    default:
      files[at] = file[0] === 0x63 ? changedCursor(file, random) : changedSegment(file, others, random);
  }
  return cut(joined(files));
};

function changedSegment(file: Buffer, others: readonly Buffer[], random: Random): Buffer {
  const records = recordsIn(file);
  if (records.length === 0 || random.oneIn(6)) return withHeader(file, random);
  const record = random.pick(records);
  const [start, end] = record;
  const bytes = file.subarray(start, end);
  switch (random.below(10)) {
    case 0:
      return spliced(file, start, end, Buffer.alloc(0));
    case 1:
      return spliced(file, start, start, repeated(bytes, random));
    case 2: {
      const [otherStart, otherEnd] = random.pick(records);
      return spliced(file, start, end, file.subarray(otherStart, otherEnd));
    }
    case 3: {
      const other = others.length === 0 ? file : random.pick(others);
      const theirs = recordsIn(other);
      if (theirs.length === 0) return file;
      const [from, to] = random.pick(theirs);
      const moved = Buffer.from(other.subarray(from, to));
      if (!random.oneIn(3)) file.copy(moved, 0, MARK_AT, MARK_AT + MARK_BYTES);
      return spliced(file, start, start, sealed(moved));
    }
    case 4: // zeros that were written ahead, or in place of what was lost
      return spliced(file, end, end, Buffer.alloc(8 * (1 + random.below(random.oneIn(9) ? 1_000 : 40))));
    case 5: // a payload with a record in it
      return spliced(file, start, end, sealed(withPayload(bytes, mutateBytes(bytes, random, bytes))));
    case 6:
      return spliced(file, start + random.below(end - start), end, Buffer.alloc(0));
    default: {
      const changed = Buffer.from(bytes);
      const at = random.pick(RECORD_FIELDS);
      const value = random.oneIn(2) ? random.pick(NUMBERS) : random.below(64);
      if (at >= 42) changed.writeUInt16LE(value % 2 ** 16, at);
      else if (at >= 40) changed[at] = value;
      else changed.writeUInt32LE(value, at);
      return spliced(file, start, end, random.oneIn(5) ? changed : sealed(changed));
    }
  }
}

function withHeader(file: Buffer, random: Random): Buffer {
  if (file.length < HEAD_BYTES) return file;
  const changed = Buffer.from(file);
  const value = random.oneIn(2) ? random.pick(NUMBERS_OF_EIGHT_BYTES) : random.below(12);
  changed.writeBigUInt64LE(BigInt(value), HEADER_AT + random.pick(HEADER_FIELDS));
  if (random.oneIn(8)) changed[HEADER_AT + random.below(16)] = random.uint32();
  if (!random.oneIn(5)) {
    const header = changed.subarray(HEADER_AT, HEADER_AT + HEADER_CRC_AT);
    changed.writeUInt32LE(crc32(header), HEADER_AT + HEADER_CRC_AT);
  }
  return changed;
}

/** Checksums of payload and header as they should be, where the lengths in it say what there is. */
function sealed(record: Buffer): Buffer {
  if (record.length < RECORD_BYTES_MIN) return record;
  const headerBytes = Math.min(record.length, Math.max(RECORD_BYTES_MIN, record.readUInt32LE(24)));
  const payloadEnd = Math.min(record.length, headerBytes + record.readUInt32LE(28));
  record.writeUInt32LE(crc32(record.subarray(headerBytes, payloadEnd)), PAYLOAD_CRC_AT);
  const fixed = crc32(record.subarray(0, RECORD_CRC_AT));
  record.writeUInt32LE(crc32(record.subarray(RECORD_BYTES_MIN, headerBytes), fixed), RECORD_CRC_AT);
  return record;
}

function withPayload(record: Buffer, payload: Buffer): Buffer {
  const headerBytes = Math.min(record.length, record.readUInt32LE(24));
  const changed = Buffer.concat([
    record.subarray(0, headerBytes),
    payload,
    Buffer.alloc((8 - (payload.length % 8)) % 8),
  ]);
  if (changed.length >= RECORD_BYTES_MIN) changed.writeUInt32LE(payload.length, 28);
  return changed;
}

/** Where the records of a segment lie, as far as each says how long it is. */
function recordsIn(file: Buffer): [start: number, end: number][] {
  const records: [start: number, end: number][] = [];
  for (let at = HEAD_BYTES; at + RECORD_BYTES_MIN <= file.length && records.length < RECORDS_MAX; ) {
    const end = at + file.readUInt32LE(at + 24) + Math.ceil(file.readUInt32LE(at + 28) / 8) * 8;
    if (end > file.length || end < at + RECORD_BYTES_MIN) break;
    records.push([at, end]);
    at = end;
  }
  return records;
}

const CURSOR_WORDS = [
  ...'0|1|-1|1.5|1e3|2|5|8|1099511627776|9007199254740992|1e309|null|[]|{}|true|"a"|""|[1]|[3,3,2]|[-1]'.split(
    "|",
  ),
  '"b/second"',
  '"../../x"',
  '{"__proto__":1}',
];

/** Another value in a cursor, and the checksum that goes with it. */
function changedCursor(file: Buffer, random: Random): Buffer {
  const [head = "", body = "", ...rest] = file.toString("latin1").split("\n");
  if (random.oneIn(4)) return mutateBytes(file, random, file);
  const values = [...body.matchAll(/(?<=:|\[|,)[^,:[\]{}]+|\[[^\]]*\]/g)];
  const value = values.length === 0 ? undefined : random.pick(values);
  const changed =
    value === undefined
      ? random.pick(CURSOR_WORDS)
      : body.slice(0, value.index) + random.pick(CURSOR_WORDS) + body.slice(value.index + value[0].length);
  const sum = crc32(Buffer.from(changed)).toString(16).padStart(8, "0");
  return Buffer.from([head, changed, sum, ...rest.slice(1)].join("\n"), "latin1");
}
