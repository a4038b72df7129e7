import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, statSync } from "node:fs";

/** What a file held when it was read. */
export interface FileContent {
  readonly bytes: Buffer;
  /** Its type and permissions, as `stat` says them. */
  readonly mode: number;
  /** The path that it was read under, where what it is kept under is none. */
  readonly file?: string;
}

/** Files by what they are read under. */
export type FileContents = ReadonlyMap<string, FileContent>;

/** Larger than any document or key. What is larger is not looked into. */
const MARKED_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Reads a file whatever its size claims to be: a pipe is welcome, `/dev/zero` comes to an end.
 *
 * @param flags for `open`, besides that it is read
 * @throws {RangeError} where it holds more than `bytesMax`; what `node:fs` throws where it can't be read
 */
export function readFileContent(file: string, bytesMax: number, flags = 0): FileContent {
  const descriptor = openSync(file, constants.O_RDONLY | flags);
  try {
    const buffer = Buffer.alloc(bytesMax + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (length > bytesMax) throw new RangeError(`over ${bytesMax} bytes`);
    return { bytes: Buffer.from(buffer.subarray(0, length)), mode: fstatSync(descriptor).mode };
  } finally {
    closeSync(descriptor);
  }
}

/** What tells one content of a file from another. All that can't be read has the same. */
export function markOfFile(file: string): string {
  try {
    const { mode, size } = statSync(file);
    // Reading a pipe would take its text away from who needs it.
    if (!isMarked(mode, size)) return UNREAD;
    return markOfContent({ bytes: readFileSync(file), mode });
  } catch {
    return "unreadable";
  }
}

/** As {@link markOfFile}, of a file that holds this. */
export function markOfContent({ bytes, mode }: FileContent): string {
  return isMarked(mode, bytes.length) ? createHash("sha256").update(bytes).digest("base64") : UNREAD;
}

const UNREAD = "unread";

function isMarked(mode: number, size: number): boolean {
  return isRegular(mode) && size <= MARKED_BYTES_MAX;
}

export function isRegular(mode: number): boolean {
  return (mode & constants.S_IFMT) === constants.S_IFREG;
}
