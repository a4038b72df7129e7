import type { SpoolFiles } from "./spool-files.ts";
import type { Read } from "./walk-segment.ts";

/** Read at once, so that small records do not cost a call each. */
const WINDOW_BYTES = 256 * 1024;
/** Who jumps this far has skipped a payload; then a window would be read for nothing. */
const JUMP_BYTES = 8 * 1024;
/** What a disk can't read at least. */
const BLOCK_BYTES = 4096;

/** Reads parts of one file, mostly forwards, through a window. What it gives may be kept: it is not written to again. */
export function windowReader(files: SpoolFiles, descriptor: number): Read {
  let [windowAt, window, lastEnd]: [number, Buffer, number] = [0, Buffer.alloc(0), 0];
  return (offset, length) => {
    if (offset < windowAt || offset + length > windowAt + window.length) {
      const isJump = offset > lastEnd + JUMP_BYTES;
      window = readReadable(files, descriptor, offset, isJump ? length : Math.max(length, WINDOW_BYTES));
      windowAt = offset;
    }
    lastEnd = offset + length;
    return window.subarray(offset - windowAt, offset - windowAt + length);
  };
}

/** Reads what can be read: blocks that the disk fails to read are zeros, which no record is. */
export function readReadable(
  files: SpoolFiles,
  descriptor: number,
  offset: number,
  lengthMax: number,
): Buffer {
  const length = Math.max(0, Math.min(lengthMax, files.length(descriptor) - offset));
  const bytes = Buffer.alloc(length);
  try {
    return bytes.subarray(0, files.read(descriptor, bytes, offset));
  } catch {
    for (let at = 0; at < length; at += BLOCK_BYTES) {
      try {
        files.read(descriptor, bytes.subarray(at, at + BLOCK_BYTES), offset + at);
      } catch {
        bytes.fill(0, at, at + BLOCK_BYTES);
      }
    }
    return bytes;
  }
}
