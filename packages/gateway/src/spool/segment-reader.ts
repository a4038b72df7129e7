import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { SEGMENTS } from "./log-files.ts";
import { segmentName } from "./segment-header.ts";

/** Reads parts of one segment without keeping anybody waiting. */
export interface SegmentReader {
  /** Shorter at the file's end. @throws what the file system throws */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Opens segments of a log to read them; nothing is touched before the first read. */
export type OpenSegment = (number: number) => SegmentReader;

/** Segments of a log on the disk. */
export function diskSegments(folder: string): OpenSegment {
  return (number) => {
    const path = join(folder, SEGMENTS, segmentName(number));
    let opened: Promise<FileHandle> | undefined;
    return {
      async read(offset, length) {
        opened ??= open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
        const file = await opened;
        const bytes = Buffer.allocUnsafeSlow(length);
        let done = 0;
        while (done < length) {
          const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
        return bytes.subarray(0, done);
      },
      async close() {
        const file = await opened?.catch(() => undefined);
        await file?.close().catch(() => undefined);
      },
    };
  };
}

/** Read at once, so that small records do not cost a call each. */
const WINDOW_BYTES = 128 * 1024;

/** The same, through a window that is good for what lies before `end` when it is read. */
export function throughWindow(reader: SegmentReader, end: () => number): SegmentReader {
  let [windowAt, window]: [number, Buffer] = [0, Buffer.alloc(0)];
  return {
    async read(offset, length) {
      if (offset < windowAt || offset + length > windowAt + window.length) {
        // Beyond the end lies what is being written: half of it must not be remembered.
        const wanted = Math.max(length, Math.min(WINDOW_BYTES, end() - offset));
        window = await reader.read(offset, wanted);
        windowAt = offset;
      }
      return window.subarray(offset - windowAt, offset - windowAt + length);
    },
    close: () => reader.close(),
  };
}
