import { join } from "node:path";
import type { Cursor } from "./cursor-file.ts";
import { isIntact, type RecordHeader } from "./record-header.ts";
import {
  parseSegmentHead,
  RECORDS_AT,
  type SegmentHeader,
  segmentName,
  segmentNumberOf,
} from "./segment-header.ts";
import type { LogEnd } from "./segment-log.ts";
import type { SpoolFiles } from "./spool-files.ts";
import { type Found, type FoundRecord, nextInSegment, type Read, walk } from "./walk-segment.ts";
import { windowReader } from "./window-reader.ts";

/** What waits for one exporter in one segment. */
interface WaitingCount {
  readonly exporter: string;
  readonly records: number;
  readonly items: number;
}

/** A segment as it was found. */
export interface FoundSegment {
  readonly number: number;
  readonly first_sequence: number;
  readonly last_sequence: number;
  readonly mark: Uint8Array;
  /** Records lie before it. */
  readonly end: number;
  readonly records: number;
  /** Of the newest record. */
  readonly accepted_at_ms: number;
  readonly waiting: readonly WaitingCount[];
}

/** Bytes of a segment that are no records, though there are some behind them or there should be. */
export interface FoundDamage {
  readonly segment: number;
  readonly offset: number;
  /** Undefined where the whole file can't be read. */
  readonly end: number | undefined;
  /** Behind the last record of all, or a last file without a head: most likely written when everything stopped, and no client was told about it. */
  readonly is_torn: boolean;
  /** What is lost with them, where their header still tells. */
  readonly lost: readonly WaitingCount[];
}

/** A log as it was found, and made ready to go on. */
export interface RecoveredLog {
  readonly segments: readonly FoundSegment[];
  readonly damage: readonly FoundDamage[];
  readonly end: LogEnd;
  /** Higher than any that was ever given to a record. */
  readonly next_sequence: number;
}

/** Skipped where something is damaged: sequences that stood there must not come again. */
const DAMAGE_GAP = 2 ** 20;

interface Candidate {
  readonly number: number;
  readonly header: SegmentHeader;
}

interface ReadSegment {
  readonly segment: FoundSegment;
  readonly damage: readonly FoundDamage[];
  /** What is behind it in the file does not count. */
  readonly cut_at: number;
  readonly length: number;
}

/**
 * Reads a log after whatever has happened to it, and never gives up on the rest because of a part: damaged bytes are named, and left to
 * `setAside` before a tail is cut; what successors say was never committed is removed. Payloads are checked in the last segment
 * alone; those of others are when they are read.
 */
export function recoverLog(
  files: SpoolFiles,
  folder: string,
  cursors: readonly Cursor[],
  setAside: (damage: FoundDamage) => void,
): RecoveredLog {
  const numbers = files
    .list(folder)
    .flatMap((name) => segmentNumberOf(name) ?? [])
    .sort((a, b) => a - b);
  const damage: FoundDamage[] = [];
  const candidates = numbers.flatMap((number): Candidate[] => {
    const header = headerOf(files, join(folder, segmentName(number)));
    if (header?.number === number) return [{ number, header }];
    damage.push({ segment: number, offset: 0, end: undefined, is_torn: number === numbers.at(-1), lost: [] });
    return [];
  });
  const { ends, voided } = whatSuccessorsSay(candidates);
  const segments: FoundSegment[] = [];
  const useless: string[] = [];
  let isCut = true;
  for (const [index, { number, header }] of candidates.entries()) {
    const path = join(folder, segmentName(number));
    const isLast = index === candidates.length - 1;
    const found = voided.has(number)
      ? undefined
      : readSegment(files, path, header, ends.get(number), isLast, cursors);
    if (found === undefined || (found.segment.records === 0 && found.damage.length === 0)) {
      useless.push(path);
      continue;
    }
    segments.push(found.segment);
    damage.push(...found.damage);
    for (const one of found.damage) setAside(one);
    if (found.length > found.cut_at) isCut = tryTo(() => files.truncate(path, found.cut_at)) && isCut;
  }
  for (const one of damage) if (one.end === undefined) setAside(one);
  // An empty segment may be the only one to say where the one before it ends: it goes once that is cut there.
  if (isCut) for (const path of useless) tryTo(() => files.remove(path));
  return {
    segments,
    damage,
    end: logEnd(numbers, segments),
    next_sequence: nextSequence(candidates, segments, cursors, damage.length > 0),
  };
}

function tryTo(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

function headerOf(files: SpoolFiles, path: string): SegmentHeader | undefined {
  try {
    const descriptor = files.open(path);
    if (descriptor === undefined) return undefined;
    try {
      const head = Buffer.alloc(RECORDS_AT);
      return parseSegmentHead(head.subarray(0, files.read(descriptor, head, 0)));
    } finally {
      files.close(descriptor);
    }
  } catch {
    return undefined;
  }
}

/** How far segments count, and those that don't at all: each header says it of the one before. */
function whatSuccessorsSay(candidates: readonly Candidate[]) {
  const ends = new Map<number, number>();
  const voided = new Set<number>();
  const indexes = new Map(candidates.map(({ number }, index) => [number, index]));
  for (const [index, { number, header }] of candidates.entries()) {
    const { previous_number, previous_end } = header;
    if (previous_number >= number) continue; // it would come before itself
    ends.set(previous_number, previous_end);
    const previousIndex = indexes.get(previous_number);
    if (previousIndex === undefined) continue;
    for (let at = index - 1; at > previousIndex && !voided.has(candidates[at]!.number); at--) {
      voided.add(candidates[at]!.number);
    }
  }
  return { ends, voided };
}

function readSegment(
  files: SpoolFiles,
  path: string,
  header: SegmentHeader,
  knownEnd: number | undefined,
  isLast: boolean,
  cursors: readonly Cursor[],
): ReadSegment | undefined {
  const descriptor = files.open(path);
  if (descriptor === undefined) return undefined;
  const { number, mark, first_sequence } = header;
  const damage: FoundDamage[] = [];
  const tally = new Tally(cursors);
  /** Records whose payload is damaged, behind the last one whose payload is not. */
  const broken: FoundRecord[] = [];
  let end = RECORDS_AT;
  try {
    const length = files.length(descriptor);
    const limit = Math.min(knownEnd ?? length, length);
    const read = windowReader(files, descriptor);
    for (const found of recordsOf(read, header, limit)) {
      const place = { segment: number, offset: found.offset, end: found.end };
      if (found.kind === "damage") {
        // A file is longer than its records by zeros that were written ahead.
        const isTorn = found.isTail && knownEnd === undefined;
        const tornEnd = isTorn ? endOfBytes(read, found.offset, found.end) : found.end;
        if (tornEnd > found.offset) damage.push({ ...place, end: tornEnd, is_torn: isTorn, lost: [] });
        continue;
      }
      if (isLast && !isIntact(payloadOf(read, found), found.header)) {
        broken.push(found);
        continue;
      }
      for (const one of broken.splice(0)) tally.add(one.header); // it is found again when it is read
      tally.add(found.header);
      end = found.end;
    }
    for (const { offset, end: to, header } of broken) {
      damage.push({ segment: number, offset, end: to, is_torn: false, lost: tally.waitingOf(header) });
    }
    if (knownEnd !== undefined && knownEnd > length)
      damage.push({ segment: number, offset: length, end: knownEnd, is_torn: false, lost: [] });
    // What was read may not be on the disk yet, and will be given out.
    if (isLast) tryTo(() => files.sync(descriptor));
    const segment = { number, mark, end, ...tally.sums(first_sequence) };
    return { segment, damage, length, cut_at: knownEnd ?? end };
  } finally {
    files.close(descriptor);
  }
}

/** Where the last byte lies that is not zero. */
function endOfBytes(read: Read, offset: number, end: number): number {
  let last = offset;
  for (let at = offset; at < end; at += CHUNK_BYTES) {
    const bytes = read(at, Math.min(CHUNK_BYTES, end - at));
    if (bytes.length === 0) break;
    let length = bytes.length;
    while (length > 0 && bytes[length - 1] === 0) length--;
    if (length > 0) last = at + length;
  }
  return last;
}

const CHUNK_BYTES = 256 * 1024;

/** All that lies in a segment, in order. */
export function* recordsOf(
  read: Read,
  header: Pick<SegmentHeader, "mark" | "first_sequence">,
  end: number,
): Generator<Found> {
  let [offset, sequence_min] = [RECORDS_AT, header.first_sequence];
  while (offset < end) {
    const found = walk(nextInSegment({ mark: header.mark, end, sequence_min }, offset), read);
    if (found === undefined) return;
    yield found;
    offset = found.end;
    if (found.kind === "record") sequence_min = found.header.sequence + 1;
  }
}

export function payloadOf(read: Read, { offset, header }: FoundRecord): Buffer {
  return read(offset + header.header_bytes, header.payload_bytes);
}

/** Counts records by exporter, but for those that its cursor has settled. */
class Tally {
  readonly #waiting = new Map<string, { records: number; items: number }>();
  readonly #cursors: ReadonlyMap<string, { next: number; open: ReadonlySet<number> }>;
  #records = 0;
  #lastSequence = 0;
  #acceptedAt = 0;

  constructor(cursors: readonly Cursor[]) {
    this.#cursors = new Map(
      cursors.map(({ exporter, next, open }) => [exporter, { next, open: new Set(open) }]),
    );
  }

  add({ sequence, accepted_at_ms, exporters, items }: RecordHeader): void {
    this.#records++;
    this.#lastSequence = sequence;
    this.#acceptedAt = Math.max(this.#acceptedAt, accepted_at_ms);
    for (const exporter of exporters) {
      if (!this.#isWaiting(exporter, sequence)) continue;
      let waiting = this.#waiting.get(exporter);
      if (waiting === undefined) this.#waiting.set(exporter, (waiting = { records: 0, items: 0 }));
      waiting.records++;
      waiting.items += items;
    }
  }

  waitingOf({ sequence, exporters, items }: RecordHeader): WaitingCount[] {
    const waiting = exporters.filter((exporter) => this.#isWaiting(exporter, sequence));
    return waiting.map((exporter) => ({ exporter, records: 1, items }));
  }

  #isWaiting(exporter: string, sequence: number): boolean {
    const cursor = this.#cursors.get(exporter);
    return cursor === undefined || sequence >= cursor.next || cursor.open.has(sequence);
  }

  sums(first_sequence: number) {
    return {
      first_sequence,
      last_sequence: Math.max(this.#lastSequence, first_sequence),
      records: this.#records,
      accepted_at_ms: this.#acceptedAt,
      waiting: [...this.#waiting].map(([exporter, counts]) => ({ exporter, ...counts })),
    };
  }
}

function logEnd(numbers: readonly number[], segments: readonly FoundSegment[]): LogEnd {
  const last = segments.at(-1);
  return {
    last_number: numbers.at(-1) ?? 0, // no header names a higher one that counts
    previous_number: last?.number ?? 0,
    previous_end: last?.end ?? 0,
  };
}

/** Of all segments, not of the last alone: one that somebody has put back may hold what came later. */
function nextSequence(
  candidates: readonly Candidate[],
  segments: readonly FoundSegment[],
  cursors: readonly Cursor[],
  isDamaged: boolean,
): number {
  let next = 1;
  for (const { header } of candidates) next = Math.max(next, header.first_sequence);
  for (const { last_sequence } of segments) next = Math.max(next, last_sequence + 1);
  for (const cursor of cursors) next = Math.max(next, cursor.next);
  return next + (isDamaged ? DAMAGE_GAP : 0);
}
