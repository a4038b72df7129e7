import { crc32 } from "node:zlib";
import type { Signal } from "@scrim/wire";
import { align, readInteger, writeInteger } from "./byte-fields.ts";
import { MARK_BYTES } from "./segment-header.ts";

/** What stands before the payload of a record. `docs/spool.md` shows the bytes. */
export interface RecordHeader {
  readonly sequence: number;
  readonly accepted_at_ms: number;
  readonly signal: Signal;
  readonly items: number;
  readonly approvals_checked: boolean;
  /** Whom it is for. */
  readonly exporters: readonly string[];
  /** Why it is a dead letter; empty for any other. */
  readonly reason: string;
  readonly header_bytes: number;
  readonly payload_bytes: number;
  readonly payload_crc: number;
}

/** What the writer of a record knows; the rest is computed. */
export type RecordFacts = Omit<RecordHeader, "header_bytes" | "payload_bytes" | "payload_crc">;

/** Of every record; the names stand behind it. */
export const FIXED_BYTES = 56;
/** 64 exporters with names of 128 characters, and a reason. */
const HEADER_BYTES_MAX: number = align(FIXED_BYTES + 64 * 129 + 128);

const HEADER_CRC_AT = 52;
const PAYLOAD_CRC_AT = 36;
const APPROVALS_CHECKED = 1;
/** Numbers of signals on the disk. They never change. */
const SIGNAL_NUMBERS: Readonly<Record<Signal, number>> = { logs: 1, traces: 2, metrics: 3, profiles: 4 };
const SIGNAL_OF: readonly (Signal | undefined)[] = [undefined, "logs", "traces", "metrics", "profiles"];
/** Not allowed in the name of a component. */
const SEPARATOR = "\n";

/** Bytes of a whole record: header, payload, and up to the next boundary. */
export function recordBytes(headerBytes: number, payloadBytes: number): number {
  return headerBytes + align(payloadBytes);
}

/** Names and reason as they stand in a header: made once for many records. */
export function formatNames(
  exporters: readonly string[],
  reason: string,
): { names: Buffer; exportersBytes: number } {
  const joined = exporters.join(SEPARATOR);
  return { names: Buffer.from(joined + reason, "latin1"), exportersBytes: joined.length };
}

export function headerBytesOf(namesBytes: number): number {
  return align(FIXED_BYTES + namesBytes);
}

/**
 * Writes a record into zeroed bytes, without the mark of its segment and the two checksums: {@link sealRecord} adds them where the
 * segment is known. Returns the record's length.
 */
export function writeRecord(
  into: Buffer,
  at: number,
  facts: RecordFacts,
  { names, exportersBytes }: ReturnType<typeof formatNames>,
  payload: Buffer,
): number {
  const headerBytes = headerBytesOf(names.length);
  writeInteger(into, facts.sequence, at + 8);
  writeInteger(into, facts.accepted_at_ms, at + 16);
  into.writeUInt32LE(headerBytes, at + 24);
  into.writeUInt32LE(payload.length, at + 28);
  into.writeUInt32LE(facts.items, at + 32);
  into[at + 40] = SIGNAL_NUMBERS[facts.signal];
  into[at + 41] = facts.approvals_checked ? APPROVALS_CHECKED : 0;
  into.writeUInt16LE(exportersBytes, at + 42);
  into.writeUInt16LE(names.length - exportersBytes, at + 44);
  names.copy(into, at + FIXED_BYTES);
  payload.copy(into, at + headerBytes);
  return recordBytes(headerBytes, payload.length);
}

/** Adds mark and checksums to the record at `at`. Returns its length. */
export function sealRecord(bytes: Buffer, at: number, mark: Buffer): number {
  const headerBytes = bytes.readUInt32LE(at + 24);
  const payloadBytes = bytes.readUInt32LE(at + 28);
  const payloadAt = at + headerBytes;
  mark.copy(bytes, at);
  bytes.writeUInt32LE(crc32(bytes.subarray(payloadAt, payloadAt + payloadBytes)), at + PAYLOAD_CRC_AT);
  bytes.writeUInt32LE(headerCrc(bytes, at, headerBytes), at + HEADER_CRC_AT);
  return recordBytes(headerBytes, payloadBytes);
}

/** The checksum of a header but for its own place. */
function headerCrc(bytes: Buffer, at: number, headerBytes: number): number {
  const fixed = crc32(bytes.subarray(at, at + HEADER_CRC_AT));
  return crc32(bytes.subarray(at + FIXED_BYTES, at + headerBytes), fixed);
}

/**
 * How many bytes the header has that starts with these; undefined where none of a segment with this mark can. Only the first
 * {@link FIXED_BYTES} are looked at.
 */
export function headerBytesAt(bytes: Buffer, mark: Buffer): number | undefined {
  if (bytes.length < FIXED_BYTES || mark.compare(bytes, 0, MARK_BYTES) !== 0) return undefined;
  const headerBytes = bytes.readUInt32LE(24);
  const named = headerBytesOf(bytes.readUInt16LE(42) + bytes.readUInt16LE(44));
  return headerBytes === named && headerBytes <= HEADER_BYTES_MAX ? headerBytes : undefined;
}

/** The header that `bytes` start with, whole; undefined where a bit of it is wrong. */
export function parseRecordHeader(bytes: Buffer, mark: Buffer): RecordHeader | undefined {
  const header_bytes = headerBytesAt(bytes, mark);
  if (header_bytes === undefined || bytes.length < header_bytes) return undefined;
  if (bytes.readUInt32LE(HEADER_CRC_AT) !== headerCrc(bytes, 0, header_bytes)) return undefined;
  const [sequence, accepted_at_ms] = [readInteger(bytes, 8), readInteger(bytes, 16)];
  const signal = SIGNAL_OF[bytes[40]!];
  if (sequence === undefined || accepted_at_ms === undefined || signal === undefined) return undefined;
  const reasonAt = FIXED_BYTES + bytes.readUInt16LE(42);
  const exporters = bytes.toString("latin1", FIXED_BYTES, reasonAt);
  return {
    sequence,
    accepted_at_ms,
    signal,
    items: bytes.readUInt32LE(32),
    approvals_checked: (bytes[41]! & APPROVALS_CHECKED) !== 0,
    exporters: exporters === "" ? [] : exporters.split(SEPARATOR),
    reason: bytes.toString("latin1", reasonAt, reasonAt + bytes.readUInt16LE(44)),
    header_bytes,
    payload_bytes: bytes.readUInt32LE(28),
    payload_crc: bytes.readUInt32LE(PAYLOAD_CRC_AT),
  };
}

export function isIntact(payload: Buffer, { payload_bytes, payload_crc }: RecordHeader): boolean {
  return payload.length === payload_bytes && crc32(payload) === payload_crc;
}
