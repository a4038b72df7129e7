import { join } from "node:path";
import { sealRecord } from "./record-header.ts";
import { formatSegmentHead, RECORDS_AT, segmentName } from "./segment-header.ts";
import { codeOf, type SpoolFiles, writeAll } from "./spool-files.ts";

export interface SegmentLogOptions {
  readonly folder: string;
  /** Length of a file; one that holds a larger record alone is longer. */
  readonly segment_bytes: number;
  /** Left on the disk for others. */
  readonly min_free_bytes: number;
}

/** Where a log goes on: what is known of its last segment, which is never written to again. */
export interface LogEnd {
  /** The highest number that any segment has had; 0 in a new log. */
  readonly last_number: number;
  /** The last segment with records, and how far it counts. */
  readonly previous_number: number;
  readonly previous_end: number;
}

/** Records that were written one after the other into one segment, and are on the disk. */
export interface Run {
  readonly segment: number;
  readonly offset: number;
  readonly records: number;
  /** The segment's, for those who read it. */
  readonly mark: Uint8Array;
}

/** What became of records that were to be appended: the first ones are in `runs`, and the rest, if any, failed. */
export interface Appended {
  readonly runs: readonly Run[];
  /** `full`: there is no room on the disk. `failed`: it does not do as it is told. */
  readonly failure?: "full" | "failed";
  /** The system's word for it. */
  readonly code?: string;
}

interface ActiveSegment {
  readonly number: number;
  readonly path: string;
  readonly descriptor: number;
  readonly mark: Buffer;
  readonly limit: number;
  /** All before it is on the disk. */
  end: number;
  /** Zeros are written up to here, so that a sync need not bring the file's length to the disk. */
  allocated: number;
}

/** Zeros that are written ahead at once: a file that grew would cost a sync of its inode with each record. */
const ALLOCATE_BYTES = 4 * 2 ** 20;
/** More than this at once costs more to write twice than the file's length costs. */
const ALLOCATE_BEHIND_MAX = 128 * 1024;
const ZEROS = Buffer.alloc(ALLOCATE_BYTES);

/** How the system says that there is no room. */
const NO_ROOM = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/**
 * Writes records to segments, and says so when they are on the disk. What has failed once is not asked again: a file whose write or sync
 * failed ends at what was on the disk before, and the next records go to a new one, which says where the other ends.
 */
export class SegmentLog {
  readonly #files: SpoolFiles;
  readonly #options: SegmentLogOptions;
  readonly #random: (bytes: number) => Buffer;
  #active: ActiveSegment | undefined;
  #lastNumber: number;
  #previous: { readonly number: number; readonly end: number };

  /** @param random makes marks that nobody can guess */
  constructor(files: SpoolFiles, options: SegmentLogOptions, end: LogEnd, random: (bytes: number) => Buffer) {
    this.#files = files;
    this.#options = options;
    this.#random = random;
    this.#lastNumber = end.last_number;
    this.#previous = { number: end.previous_number, end: end.previous_end };
  }

  /**
   * Appends records as {@link writeRecord} makes them, one behind the other, and returns when they are on the disk.
   *
   * @param lengths of each of them
   * @param sequence of the first
   */
  append(frames: Buffer, lengths: readonly number[], sequence: number): Appended {
    const runs: Run[] = [];
    let [start, first] = [0, 0];
    try {
      while (first < lengths.length) {
        const active = this.#withRoom(lengths[first]!, sequence + first);
        let [end, next] = [start, first];
        while (next < lengths.length && active.end + end + lengths[next]! - start <= active.limit) {
          end += lengths[next++]!;
        }
        for (let at = start; at < end; ) at += sealRecord(frames, at, active.mark);
        const offset = active.end;
        this.#commit(active, frames.subarray(start, end));
        runs.push({ segment: active.number, offset, records: next - first, mark: active.mark });
        [start, first] = [end, next];
      }
      return { runs };
    } catch (error) {
      this.#abandon();
      const code = codeOf(error);
      return { runs, failure: NO_ROOM.has(code) ? "full" : "failed", code };
    }
  }

  /** Ends the present segment: the next record begins another. */
  roll(): void {
    const active = this.#active;
    if (active === undefined) return;
    this.#active = undefined;
    this.#previous = { number: active.number, end: active.end };
    // The next header says where this one ends: that it is cut saves room, and may fail.
    attempt(() => this.#files.close(active.descriptor));
    attempt(() => this.#files.truncate(active.path, active.end));
  }

  /** The segment that is written to; undefined where the next record begins a new one. */
  get active(): number | undefined {
    return this.#active?.number;
  }

  #withRoom(length: number, sequence: number): ActiveSegment {
    if (this.#active !== undefined && this.#active.end + length > this.#active.limit) this.roll();
    this.#active ??= this.#begin(sequence, length);
    return this.#active;
  }

  #begin(first_sequence: number, length: number): ActiveSegment {
    const { folder, segment_bytes } = this.#options;
    this.#checkFree(RECORDS_AT + length);
    const number = ++this.#lastNumber;
    const path = join(folder, segmentName(number));
    const mark = this.#random(8);
    const head = formatSegmentHead({
      number,
      first_sequence,
      previous_number: this.#previous.number,
      previous_end: this.#previous.end,
      created_at_ms: Date.now(),
      mark,
    });
    const descriptor = this.#files.create(path);
    try {
      writeAll(this.#files, descriptor, head, 0);
      this.#files.sync(descriptor);
      this.#files.syncFolder(folder);
    } catch (error) {
      attempt(() => this.#files.close(descriptor));
      attempt(() => this.#files.remove(path));
      throw error;
    }
    const limit = Math.max(segment_bytes, RECORDS_AT + length);
    return { number, path, descriptor, mark, limit, end: RECORDS_AT, allocated: RECORDS_AT };
  }

  #commit(active: ActiveSegment, bytes: Buffer): void {
    const end = active.end + bytes.length;
    writeAll(this.#files, active.descriptor, bytes, active.end);
    if (end > active.allocated && bytes.length <= ALLOCATE_BEHIND_MAX) {
      const ahead = Math.min(ALLOCATE_BYTES, active.limit - end);
      this.#checkFree(ahead);
      writeAll(this.#files, active.descriptor, ZEROS.subarray(0, ahead), end);
      active.allocated = end + ahead;
    }
    this.#files.sync(active.descriptor);
    active.end = end;
  }

  #checkFree(bytes: number): void {
    if (this.#files.freeBytes(this.#options.folder) - bytes >= this.#options.min_free_bytes) return;
    throw Object.assign(new Error("the disk has no room to spare"), { code: "ENOSPC" });
  }

  /** After a failure nobody knows what of the last bytes is on the disk, and asking again may get a wrong answer. */
  #abandon(): void {
    const [active, previous] = [this.#active, this.#previous];
    this.roll();
    if (active?.end !== RECORDS_AT) return;
    // Nothing in it counts: the next header names the segment before, which says so even where this file stays.
    this.#previous = previous;
    attempt(() => this.#files.remove(active.path));
  }
}

/** Does what is good to have, and no harm where it fails. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The caller's state is right either way.
  }
}
