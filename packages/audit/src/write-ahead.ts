import { BUNDLE_BYTES_MAX, ENTRY_BYTES_MAX } from "./entry-bundle.ts";
import { HASH_BYTES, leafHash } from "./merkle-hash.ts";
import { TILE_WIDTH } from "./tile.ts";

/**
 * The file that entries reach first: those of the bundle that is being filled, each with its hash, so that what a crash left unfinished is
 * told from what is whole. Its head says which entry is the first.
 */
export interface WriteAhead {
  readonly first: number;
  readonly entries: readonly Buffer[];
  /** Whether there is more behind the entries that is no entry. */
  readonly isTorn: boolean;
}

const HEAD = Buffer.from("scrim-audit/write-ahead v1\n");
const FIRST_BYTES = 8;
const LENGTH_BYTES = 2;

export const WRITE_AHEAD_BYTES_MAX: number =
  HEAD.length + FIRST_BYTES + BUNDLE_BYTES_MAX + TILE_WIDTH * HASH_BYTES;

export function formatWriteAhead(first: number, entries: readonly Buffer[]): Buffer {
  const firstBytes = Buffer.alloc(FIRST_BYTES);
  firstBytes.writeBigUInt64BE(BigInt(first));
  return Buffer.concat([HEAD, firstBytes, formatRecords(entries)]);
}

/** What is appended for entries: length, entry, hash. */
export function formatRecords(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(entry.length);
      return [length, entry, leafHash(entry)];
    }),
  );
}

/** What is whole of the file; undefined where its head is broken. */
export function parseWriteAhead(bytes: Buffer): WriteAhead | undefined {
  const start = HEAD.length + FIRST_BYTES;
  if (bytes.length < start || !bytes.subarray(0, HEAD.length).equals(HEAD)) return undefined;
  const first = bytes.readBigUInt64BE(HEAD.length);
  if (first % BigInt(TILE_WIDTH) !== 0n || first > Number.MAX_SAFE_INTEGER) return undefined;
  const entries: Buffer[] = [];
  let at = start;
  while (entries.length < TILE_WIDTH) {
    const entry = recordAt(bytes, at);
    if (entry === undefined) break;
    entries.push(entry);
    at += LENGTH_BYTES + entry.length + HASH_BYTES;
  }
  return { first: Number(first), entries, isTorn: at < bytes.length };
}

function recordAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + LENGTH_BYTES > bytes.length) return undefined;
  const start = at + LENGTH_BYTES;
  const end = start + bytes.readUInt16BE(at);
  if (end - start > ENTRY_BYTES_MAX || end + HASH_BYTES > bytes.length) return undefined;
  const entry = bytes.subarray(start, end);
  return leafHash(entry).equals(bytes.subarray(end, end + HASH_BYTES)) ? entry : undefined;
}
