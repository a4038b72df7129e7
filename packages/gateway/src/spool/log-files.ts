import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { cursorFileOf, formatCursor, readCursors } from "./cursor-file.ts";
import { Quarantine } from "./quarantine.ts";
import { type FoundDamage, recoverLog } from "./recover-log.ts";
import { segmentName, segmentNumberOf } from "./segment-header.ts";
import { SegmentLog } from "./segment-log.ts";
import { type SpoolFiles, writeAll } from "./spool-files.ts";
import type { LogPlace, OpenedLog, WriterRequest, WriterRequests } from "./writer-messages.ts";

export const SEGMENTS = "segments";
export const CURSORS = "cursors";
export const QUARANTINE = "quarantine";

interface OpenLog {
  readonly log: SegmentLog;
  readonly quarantine: Quarantine;
}

/** The side of the writer that does as it is asked, one request after the other, and waits for the disk. */
export class LogFiles {
  readonly #files: SpoolFiles;
  readonly #random: (bytes: number) => Buffer;
  readonly #logs = new Map<string, OpenLog>();

  constructor(files: SpoolFiles, random: (bytes: number) => Buffer = randomBytes) {
    this.#files = files;
    this.#random = random;
  }

  /** @throws what the file system throws; `append` says it in its answer instead */
  handle<K extends WriterRequest>(kind: K, ask: WriterRequests[K]["ask"]): WriterRequests[K]["answer"] {
    const handlers: { [Kind in WriterRequest]: (ask: never) => WriterRequests[Kind]["answer"] } = {
      open: ({ place }: WriterRequests["open"]["ask"]) => this.#open(place),
      resume: (asked: WriterRequests["resume"]["ask"]) => this.#resume(asked),
      append: (asked: WriterRequests["append"]["ask"]) => this.#append(asked),
      cursors: (asked: WriterRequests["cursors"]["ask"]) => this.#writeCursors(asked),
      remove: (asked: WriterRequests["remove"]["ask"]) => this.#remove(asked),
      set_aside: (asked: WriterRequests["set_aside"]["ask"]) => this.#setAside(asked),
    };
    return handlers[kind](ask as never);
  }

  /** Ends all segments, so that none has more bytes than records. */
  close(): void {
    for (const { log } of this.#logs.values()) log.roll();
    this.#logs.clear();
  }

  #open(place: LogPlace): OpenedLog {
    const { folder } = place;
    this.#files.makeFolder(folder);
    for (const name of [SEGMENTS, CURSORS, QUARANTINE]) this.#files.makeFolder(join(folder, name));
    const quarantine = new Quarantine(this.#files, join(folder, QUARANTINE));
    const { cursors, damaged } = readCursors(this.#files, join(folder, CURSORS));
    for (const name of damaged) quarantine.move(join(folder, CURSORS, name), name);
    const recovered = recoverLog(this.#files, join(folder, SEGMENTS), cursors, (damage) =>
      setAside(folder, quarantine, damage),
    );
    this.#logs.set(folder, { quarantine, log: this.#log(place, recovered.end) });
    return { ...recovered, cursors, damaged_cursors: damaged.length };
  }

  #resume({ place, end }: WriterRequests["resume"]["ask"]): undefined {
    const folder = join(place.folder, SEGMENTS);
    const numbers = this.#files.list(folder).flatMap((name) => segmentNumberOf(name) ?? []);
    // What a thread wrote that has died before it said so was refused to its clients.
    for (const number of numbers) {
      const path = join(folder, segmentName(number));
      if (number > end.last_number) this.#files.remove(path);
      else if (number === end.previous_number) this.#files.truncate(path, end.previous_end);
    }
    const last_number = numbers.reduce((a, b) => Math.max(a, b), end.last_number);
    const quarantine = new Quarantine(this.#files, join(place.folder, QUARANTINE));
    this.#logs.set(place.folder, { quarantine, log: this.#log(place, { ...end, last_number }) });
    return undefined;
  }

  #log(place: LogPlace, end: OpenedLog["end"]): SegmentLog {
    const options = { ...place, folder: join(place.folder, SEGMENTS) };
    return new SegmentLog(this.#files, options, end, this.#random);
  }

  #append({ folder, frames, lengths, sequence }: WriterRequests["append"]["ask"]) {
    const started = performance.now();
    const appended = this.#opened(folder).log.append(Buffer.from(frames), lengths, sequence);
    return { ...appended, elapsed_ms: performance.now() - started };
  }

  #remove({ folder, segments }: WriterRequests["remove"]["ask"]): undefined {
    for (const number of segments) this.#files.remove(join(folder, SEGMENTS, segmentName(number)));
    return undefined;
  }

  #setAside({ folder, segment, offset, end }: WriterRequests["set_aside"]["ask"]): undefined {
    setAside(folder, this.#opened(folder).quarantine, { segment, offset, end });
    return undefined;
  }

  /** Each cursor takes the place of the one before in one step. */
  #writeCursors({ folder, cursors }: WriterRequests["cursors"]["ask"]): undefined {
    const within = join(folder, CURSORS);
    for (const cursor of cursors) {
      const path = join(within, cursorFileOf(cursor.exporter));
      this.#files.remove(`${path}.new`);
      const descriptor = this.#files.create(`${path}.new`);
      try {
        writeAll(this.#files, descriptor, Buffer.from(formatCursor(cursor)), 0);
        this.#files.sync(descriptor);
      } finally {
        this.#files.close(descriptor);
      }
      this.#files.rename(`${path}.new`, path);
    }
    this.#files.syncFolder(within);
    return undefined;
  }

  #opened(folder: string): OpenLog {
    const log = this.#logs.get(folder);
    if (log === undefined) throw new Error("no log of this folder is open");
    return log;
  }
}

function setAside(
  folder: string,
  quarantine: Quarantine,
  { segment, offset, end }: Pick<FoundDamage, "segment" | "offset" | "end">,
): void {
  const name = segmentName(segment);
  const path = join(folder, SEGMENTS, name);
  if (end === undefined) quarantine.move(path, name);
  else quarantine.copy(path, `${name}.${offset}`, offset, end);
}
