import { createHash } from "node:crypto";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { readWhole, type SpoolFiles } from "./spool-files.ts";

/** What one exporter has settled: everything below `next` but for `open`. */
export interface Cursor {
  readonly exporter: string;
  readonly next: number;
  /** Taken and not settled, all below `next`; at most {@link OPEN_MAX}. */
  readonly open: readonly number[];
}

/** Batches that one exporter may have taken at once without settling them. */
export const OPEN_MAX = 16_384;
/** Room for as many sequences as there may be, and a name. */
const CURSOR_BYTES_MAX: number = OPEN_MAX * 17 + 1024;

const SUFFIX = ".cursor";

const HEAD = "scrim-spool-cursor 1";
const NAME_MAX = 100;

/** Three lines: what it is, the cursor as JSON, its CRC-32 in hexadecimal. */
export function formatCursor(cursor: Cursor): string {
  const body = JSON.stringify({ exporter: cursor.exporter, next: cursor.next, open: cursor.open });
  return `${HEAD}\n${body}\n${checksum(body)}\n`;
}

/** Undefined for any text that {@link formatCursor} has not made. */
export function parseCursor(text: string): Cursor | undefined {
  const [head, body, sum, rest] = text.split("\n");
  if (head !== HEAD || body === undefined || sum !== checksum(body) || rest !== "") return undefined;
  try {
    const { exporter, next, open } = JSON.parse(body) as Partial<Record<keyof Cursor, unknown>>;
    if (typeof exporter !== "string" || !isSequence(next) || !Array.isArray(open)) return undefined;
    if (open.length > OPEN_MAX || !open.every((one) => isSequence(one) && one < next)) return undefined;
    return { exporter, next, open };
  } catch {
    return undefined;
  }
}

/** All cursors in a folder, and the names of files that should be some and are none. */
export function readCursors(files: SpoolFiles, folder: string): { cursors: Cursor[]; damaged: string[] } {
  const cursors: Cursor[] = [];
  const damaged: string[] = [];
  for (const name of files.list(folder)) {
    if (!name.endsWith(SUFFIX)) continue;
    const cursor = readCursor(files, join(folder, name));
    if (cursor !== undefined && cursorFileOf(cursor.exporter) === name) cursors.push(cursor);
    else damaged.push(name);
  }
  return { cursors, damaged };
}

function readCursor(files: SpoolFiles, path: string): Cursor | undefined {
  try {
    return parseCursor(readWhole(files, path, CURSOR_BYTES_MAX)?.toString() ?? "");
  } catch {
    return undefined;
  }
}

function isSequence(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function checksum(body: string): string {
  return crc32(Buffer.from(body)).toString(16).padStart(8, "0");
}

export function cursorFileOf(exporter: string): string {
  return `${fileNameOf(exporter)}${SUFFIX}`;
}

/**
 * The name of a file or folder for an exporter: different ones have different names, also where a file system doesn't tell upper from
 * lower case.
 */
export function fileNameOf(exporter: string): string {
  const name = exporter.replaceAll(/[^a-z0-9_-]/g, (character) => {
    const [code] = Buffer.from(character);
    return `~${code!.toString(16).padStart(2, "0")}`;
  });
  return name.length <= NAME_MAX ? name : `~~${createHash("sha256").update(exporter).digest("hex")}`;
}
