import { join } from "node:path";
import { OperatingError } from "@scrim/errors";
import { type Cursor, readCursors } from "./cursor-file.ts";
import { DEAD_LETTERS } from "./dead-letter-log.ts";
import { diskFiles } from "./disk-files.ts";
import { lockFolder } from "./folder-lock.ts";
import { CURSORS, LogFiles, QUARANTINE, SEGMENTS } from "./log-files.ts";
import { isIntact, type RecordHeader } from "./record-header.ts";
import { type FoundDamage, payloadOf, type RecoveredLog, recordsOf, recoverLog } from "./recover-log.ts";
import {
  MARK_BYTES,
  parseSegmentHead,
  RECORDS_AT,
  type SegmentHeader,
  segmentName,
  segmentNumberOf,
} from "./segment-header.ts";
import type { SpoolFiles } from "./spool-files.ts";
import type { Read } from "./walk-segment.ts";
import { windowReader } from "./window-reader.ts";

/** One log of a spool, read and left as it is. A gateway may be using it: then what is told may be a second old. */
export interface LogState extends Pick<RecoveredLog, "segments" | "damage"> {
  /** `spool`, or the folder of one exporter's dead letters. */
  readonly name: string;
  readonly folder: string;
  readonly cursors: readonly Cursor[];
  /** Files that are no cursors, though named like one. */
  readonly damaged_cursors: readonly string[];
  /** Files that were set aside. */
  readonly quarantined: number;
}

/** A record that is intact, with where it lies. */
export interface RecordAtRest extends RecordHeader {
  readonly payload: Buffer;
}

/** The disk, but nothing is changed: what would repair it fails, and is not needed to read it. */
const READ_ONLY: SpoolFiles = {
  ...diskFiles,
  sync: () => undefined,
  truncate: refuse,
  rename: refuse,
  remove: refuse,
};

function refuse(): never {
  throw Object.assign(new Error("only read"), { code: "EROFS" });
}

/** The folders of spools in one: itself, or one of each worker of a gateway. */
export function spoolFolders(directory: string): readonly string[] {
  const names = diskFiles.list(directory);
  if (names.includes(SEGMENTS)) return [directory];
  const workers = names.filter((name) => /^worker-\d+$/.test(name)).sort();
  if (workers.length > 0) return workers.map((name) => join(directory, name));
  throw new OperatingError("INPUT_INVALID", "there is no spool in this folder", {
    path: directory,
    hint: "name the folder that service.spool.directory says",
  });
}

/** Reads the heads of all records of a spool, and of its dead letters. */
export function inspectSpool(folder: string): readonly LogState[] {
  const letters = diskFiles.list(join(folder, DEAD_LETTERS));
  return [
    readLog("spool", folder),
    ...letters.map((name) => readLog(`${DEAD_LETTERS}/${name}`, join(folder, DEAD_LETTERS, name))),
  ];
}

function readLog(name: string, folder: string): LogState {
  const { cursors, damaged } = readCursors(READ_ONLY, join(folder, CURSORS));
  const { segments, damage } = recoverLog(READ_ONLY, join(folder, SEGMENTS), cursors, () => undefined);
  const quarantined = diskFiles.list(join(folder, QUARANTINE)).length;
  return { name, folder, segments, damage, cursors, damaged_cursors: damaged, quarantined };
}

/** A place of a segment that does not hold what it should. */
export type DamagedPlace = Pick<FoundDamage, "segment" | "offset" | "end"> & {
  readonly what: "file" | "header" | "payload" | "torn tail";
};

/** Reads all of a log, payloads included. Segments that are removed meanwhile, being delivered, are no damage. */
export function verifyLog({ folder, segments, damage }: LogState): readonly DamagedPlace[] {
  const places = damage.map(({ segment, offset, end, is_torn, lost }): DamagedPlace => {
    const what = end === undefined ? "file" : is_torn ? "torn tail" : lost.length > 0 ? "payload" : "header";
    return { segment, offset, end, what };
  });
  for (const segment of segments) {
    for (const { header, offset, end, payload } of recordsIn(folder, segment.number, segment.end)) {
      if (!isIntact(payload, header)) places.push({ segment: segment.number, offset, end, what: "payload" });
    }
  }
  const left = new Set(diskFiles.list(join(folder, SEGMENTS)));
  return places.filter(({ segment }) => left.has(segmentName(segment)));
}

/** The intact records of a log in their order; those that wait for somebody, unless all are asked for. */
export function* recordsAtRest(
  { folder, segments, cursors }: LogState,
  wanted: "waiting" | "all",
): Generator<RecordAtRest> {
  const settled = new Map(
    cursors.map(({ exporter, next, open }) => [exporter, { next, open: new Set(open) }]),
  );
  const isWaiting = (exporter: string, sequence: number) => {
    const cursor = settled.get(exporter);
    return cursor === undefined || sequence >= cursor.next || cursor.open.has(sequence);
  };
  for (const segment of segments) {
    for (const { header, payload } of recordsIn(folder, segment.number, segment.end)) {
      const exporters =
        wanted === "all"
          ? header.exporters
          : header.exporters.filter((exporter) => isWaiting(exporter, header.sequence));
      if (exporters.length > 0 && isIntact(payload, header)) yield { ...header, exporters, payload };
    }
  }
}

/**
 * The intact records of segments that were set aside whole, because both their heads are broken: the first record still tells the mark.
 * Single places that were set aside hold none.
 */
export function* recordsInQuarantine({ folder }: LogState): Generator<RecordAtRest> {
  for (const name of diskFiles.list(join(folder, QUARANTINE))) {
    if (segmentNumberOf(name) === undefined) continue;
    const descriptor = diskFiles.open(join(folder, QUARANTINE, name));
    if (descriptor === undefined) continue;
    try {
      const read = windowReader(diskFiles, descriptor);
      const mark = Buffer.from(read(RECORDS_AT, MARK_BYTES));
      if (mark.length < MARK_BYTES || mark.every((byte) => byte === 0)) continue;
      const length = diskFiles.length(descriptor);
      for (const { header, payload } of walkRecords(read, { mark, first_sequence: 0 }, length)) {
        if (isIntact(payload, header)) yield { ...header, payload };
      }
    } finally {
      diskFiles.close(descriptor);
    }
  }
}

function* recordsIn(folder: string, number: number, end: number) {
  const descriptor = diskFiles.open(join(folder, SEGMENTS, segmentName(number)));
  if (descriptor === undefined) return;
  try {
    const read = windowReader(diskFiles, descriptor);
    const header = parseSegmentHead(read(0, RECORDS_AT));
    if (header !== undefined) yield* walkRecords(read, header, end);
  } finally {
    diskFiles.close(descriptor);
  }
}

function* walkRecords(read: Read, header: Pick<SegmentHeader, "mark" | "first_sequence">, end: number) {
  for (const found of recordsOf(read, header, end)) {
    if (found.kind === "record")
      yield { header: found.header, offset: found.offset, end: found.end, payload: payloadOf(read, found) };
  }
}

/** What may be done to a spool while no gateway uses it. */
export interface HeldSpool {
  /** Takes all that waits for an exporter as settled. */
  forget(exporters: readonly string[]): void;
  /** Removes all segments of a log; of dead letters that were dealt with. */
  clear(log: LogState): void;
  release(): void;
}

/**
 * Holds a spool's folder, so that no gateway can start on it.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where one runs
 */
export async function holdSpool(folder: string): Promise<HeldSpool> {
  const release = await lockFolder(folder);
  return {
    forget(exporters) {
      const files = new LogFiles(diskFiles);
      const opened = files.handle("open", {
        place: { folder, segment_bytes: 2 * RECORDS_AT, min_free_bytes: 0 },
      });
      const cursors = exporters.map((exporter) => ({ exporter, next: opened.next_sequence, open: [] }));
      files.handle("cursors", { folder, cursors });
      files.close();
    },
    clear({ folder: of, segments }) {
      for (const { number } of segments) diskFiles.remove(join(of, SEGMENTS, segmentName(number)));
    },
    release,
  };
}
