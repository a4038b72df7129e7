import assert from "node:assert";
import type { Outlet, QueuedBatch } from "@scrim/pipeline";
import { type Cursor, OPEN_MAX } from "./cursor-file.ts";
import type { RecentRecord, RecentRecords } from "./recent-records.ts";
import { isIntact, type RecordHeader } from "./record-header.ts";
import { RECORDS_AT } from "./segment-header.ts";
import { type OpenSegment, type SegmentReader, throughWindow } from "./segment-reader.ts";
import type { Segment, SegmentTable, Waiting } from "./segment-table.ts";
import { type Found, nextInSegment, walkAsync } from "./walk-segment.ts";

/** What an outlet needs of its spool. */
export interface OutletHost {
  /** Names the spool. */
  readonly id: string;
  readonly bytes_max: number;
  readonly table: SegmentTable;
  readonly recent: RecentRecords;
  readonly openSegment: OpenSegment;
  /** Something was settled or lost: the cursor has changed, and the segment may be done. */
  changed(segment: Segment): void;
  /** Items that will never be delivered. */
  dropped(exporter: string, items: number, records: number, reason: string): void;
  damaged(segment: Segment, offset: number, end: number): void;
}

interface Taken {
  readonly segment: Segment;
  readonly items: number;
}

/** An outlet that so few records wait for is about to want the next one. */
const NEAR_RECORDS = 64;
const NO_CLIENT = { address: undefined };
const NOTHING_REMOVED: ReadonlyMap<string, number> = new Map();

/** One exporter's way out of a spool: from memory where it keeps up, else from the disk. */
export class SpoolOutlet implements Outlet {
  readonly exporter: string;
  readonly #host: OutletHost;
  /** In the order in which they were taken, which is that of sequences. */
  readonly #taken = new Map<number, Taken>();
  /** What an earlier run had taken and not settled: it is given out again, before all else. */
  readonly #reopened: Set<number>;
  /** Records below it are settled, but for those reopened. */
  readonly #settledBelow: number;
  readonly #waiters = new Set<() => void>();
  /** No record below it will be given out any more. */
  #next = 0;
  #segment: Segment | undefined;
  /** In that segment: all before it was looked at. */
  #offset = RECORDS_AT;
  /** No record from there on has a lower sequence: a copy of one that was looked at is damage, as it is when records are counted. */
  #sequenceMin = 0;
  #reader: { readonly segment: Segment; readonly file: SegmentReader } | undefined;
  #items = 0;
  #untaken = 0;
  #taking: Promise<unknown> = Promise.resolve();

  constructor(exporter: string, host: OutletHost, cursor: Cursor | undefined) {
    this.exporter = exporter;
    this.#host = host;
    this.#settledBelow = cursor?.next ?? 0;
    const segments: Segment[] = [];
    for (const segment of host.table) {
      const waiting = segment.waiting.get(exporter);
      if (waiting === undefined) continue;
      segments.push(segment);
      this.#items += waiting.items;
      this.#untaken += waiting.untaken_records;
    }
    // Those whose segment is gone will never be found, and would take the place of others for ever.
    this.#reopened = new Set(cursor?.open.filter((sequence) => isIn(segments, sequence)));
  }

  get queue(): string {
    return this.#host.id;
  }

  get items(): number {
    return this.#items;
  }

  /** Of a segment as much as its share of the records there. */
  get bytes(): number {
    let bytes = 0;
    for (const { waiting, end, records } of this.#host.table) {
      const own = waiting.get(this.exporter)?.records ?? 0;
      if (own > 0) bytes += Math.round((end * own) / records);
    }
    return bytes;
  }

  get bytes_max(): number {
    return this.#host.bytes_max;
  }

  /** Records that wait, those taken and not settled included. */
  get records(): number {
    return this.#untaken + this.#taken.size;
  }

  /** Whether it has all but taken what there is. */
  get isNear(): boolean {
    return this.#untaken <= NEAR_RECORDS;
  }

  /** Whether all before a record was taken. */
  isAt(sequence: number): boolean {
    return this.#next >= sequence;
  }

  /** What to keep over a restart. */
  get cursor(): Cursor {
    const open = [...this.#reopened, ...this.#taken.keys()];
    return { exporter: this.exporter, next: Math.max(this.#settledBelow, this.#next), open };
  }

  /** One after the other: each starts where the one before has stopped. */
  take(): Promise<QueuedBatch | undefined> {
    const taken = this.#taking.then(() => this.#find());
    this.#taking = taken.catch(() => undefined);
    return taken;
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (this.#mayTake() || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#waiters.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiters.add(done);
      signal.addEventListener("abort", done);
    });
  }

  settle({ sequence }: QueuedBatch): void {
    const taken = this.#taken.get(sequence);
    if (taken === undefined) return;
    this.#taken.delete(sequence);
    this.#items -= taken.items;
    const waiting = taken.segment.waiting.get(this.exporter)!;
    waiting.records--;
    waiting.items -= taken.items;
    taken.segment.unsettled--;
    this.#host.recent.settled(sequence);
    this.#host.changed(taken.segment);
    this.#wake(); // there may have been too many
  }

  /** A record for this exporter is on the disk. */
  added(record: RecentRecord): void {
    if (this.#untaken === 0) {
      // Nothing before it is wanted, so that nothing need be read up to it.
      this.#next = record.sequence;
      this.#segment = record.segment;
      this.#offset = record.offset;
      this.#sequenceMin = record.sequence;
    }
    this.#untaken++;
    this.#items += record.batch.items;
    this.#wake();
  }

  /** Gives up what was not taken of a segment. */
  drop(segment: Segment, reason: string): void {
    const waiting = segment.waiting.get(this.exporter);
    if (waiting === undefined || waiting.untaken_records === 0) return;
    const { untaken_records: records, untaken_items: items } = waiting;
    this.#giveUp(segment, waiting, records, items, reason);
    for (const sequence of this.#reopened) {
      if (sequence >= segment.first_sequence && sequence <= segment.last_sequence)
        this.#reopened.delete(sequence);
    }
  }

  /** Closes its file. */
  async close(): Promise<void> {
    await this.#taking;
    await this.#reader?.file.close();
    this.#reader = undefined;
    this.#wake();
  }

  #mayTake(): boolean {
    return this.#untaken > 0 && this.#taken.size + this.#reopened.size < OPEN_MAX;
  }

  #wake(): void {
    if (this.#mayTake()) for (const done of this.#waiters) done();
  }

  async #find(): Promise<QueuedBatch | undefined> {
    while (this.#mayTake()) {
      const firstInMemory = this.#host.recent.first;
      const queued =
        firstInMemory !== undefined && firstInMemory <= this.#next
          ? this.#findInMemory()
          : await this.#findOnDisk(firstInMemory ?? Infinity);
      if (queued !== undefined) return queued;
    }
    return undefined;
  }

  #findInMemory(): QueuedBatch | undefined {
    for (
      let record = this.#host.recent.from(this.#next);
      record !== undefined;
      record = this.#host.recent.from(this.#next)
    ) {
      this.#next = record.sequence + 1;
      if (!record.exporters.includes(this.exporter)) continue;
      this.#moveTo(record.segment);
      this.#offset = record.end;
      this.#sequenceMin = record.sequence + 1;
      const { batch, sequence, accepted_at_ms } = record;
      this.#took(sequence, record.segment, batch.items);
      return { batch, sequence, accepted_at_ms };
    }
    this.#loseRest();
    return undefined;
  }

  /** Goes on to a segment; what was not found on the way is lost. */
  #moveTo(to: Segment): void {
    let segment = this.#segment ?? this.#host.table.first;
    while (segment !== undefined && segment.number < to.number) {
      this.drop(segment, "lost");
      segment = segment.next;
    }
    this.#segment = to;
  }

  /** Something waits that is nowhere: damage has swallowed it. */
  #loseRest(): void {
    for (const segment of this.#host.table) this.drop(segment, "lost");
    assert(this.#untaken === 0);
  }

  async #findOnDisk(firstInMemory: number): Promise<QueuedBatch | undefined> {
    const segment = await this.#nextSegment();
    if (segment === undefined) {
      if (firstInMemory === Infinity) this.#loseRest();
      else this.#next = firstInMemory;
      return undefined;
    }
    const found = await this.#lookAt(segment);
    if (segment.isRemoved || segment !== this.#segment) return undefined;
    if (found === undefined || (found.kind === "damage" && found.isTail)) {
      if (found !== undefined) this.#host.damaged(segment, found.offset, found.end);
      this.drop(segment, found === undefined ? "lost" : "corrupt");
      return undefined;
    }
    if (found.kind === "damage") {
      this.#host.damaged(segment, found.offset, found.end);
      this.#offset = found.end;
      return undefined;
    }
    if (found.header.sequence >= firstInMemory) {
      this.#next = firstInMemory;
      return undefined;
    }
    this.#offset = found.end;
    this.#sequenceMin = found.header.sequence + 1;
    return await this.#open(segment, found);
  }

  /** The segment that holds what is wanted next, with a reader on it. */
  async #nextSegment(): Promise<Segment | undefined> {
    let segment = this.#segment ?? this.#host.table.first;
    while (segment !== undefined && !hasUntaken(segment, this.exporter)) segment = segment.next;
    if (segment === undefined) return undefined;
    if (segment !== this.#segment) {
      this.#offset = RECORDS_AT;
      this.#sequenceMin = segment.first_sequence;
    }
    this.#segment = segment;
    if (this.#reader?.segment !== segment) {
      await this.#reader?.file.close();
      const current = segment;
      const file = throughWindow(this.#host.openSegment(segment.number), () => current.end);
      this.#reader = { segment, file };
    }
    return segment;
  }

  /** What lies at the present place; undefined where the file is gone or can't be read. */
  async #lookAt(segment: Segment): Promise<Found | undefined> {
    const extent = { mark: segment.mark, end: segment.end, sequence_min: this.#sequenceMin };
    try {
      return await walkAsync(nextInSegment(extent, this.#offset), (at, length) =>
        this.#reader!.file.read(at, length),
      );
    } catch {
      return undefined;
    }
  }

  async #open(segment: Segment, found: Found & { kind: "record" }): Promise<QueuedBatch | undefined> {
    const { header, offset, end } = found;
    const { sequence, items, exporters } = header;
    this.#next = Math.max(this.#next, sequence + 1);
    const isOwn = exporters.includes(this.exporter);
    if (!isOwn || (sequence < this.#settledBelow && !this.#reopened.has(sequence))) return undefined;
    const payload = await this.#payload(offset, header);
    const waiting = segment.waiting.get(this.exporter);
    if (segment.isRemoved || waiting === undefined) return undefined;
    if (payload === undefined || !isIntact(payload, header)) {
      this.#host.damaged(segment, offset, end);
      this.#reopened.delete(sequence);
      this.#giveUp(segment, waiting, 1, items, "corrupt");
      return undefined;
    }
    this.#took(sequence, segment, items);
    return { batch: batchOf(header, payload), sequence, accepted_at_ms: header.accepted_at_ms };
  }

  async #payload(offset: number, header: RecordHeader): Promise<Buffer | undefined> {
    try {
      // A copy: the window is larger, and would stay as long as the batch.
      return Buffer.from(await this.#reader!.file.read(offset + header.header_bytes, header.payload_bytes));
    } catch {
      return undefined;
    }
  }

  #took(sequence: number, segment: Segment, items: number): void {
    const waiting = segment.waiting.get(this.exporter)!;
    waiting.untaken_records--;
    waiting.untaken_items -= items;
    this.#untaken--;
    this.#reopened.delete(sequence);
    this.#taken.set(sequence, { segment, items });
  }

  #giveUp(segment: Segment, waiting: Waiting, records: number, items: number, reason: string): void {
    waiting.records -= records;
    waiting.items -= items;
    waiting.untaken_records -= records;
    waiting.untaken_items -= items;
    segment.unsettled -= records;
    this.#untaken -= records;
    this.#items -= items;
    this.#host.dropped(this.exporter, items, records, reason);
    this.#host.changed(segment);
  }
}

/** Whether one of the segments, which are in their order, may hold a sequence. Found by halves. */
function isIn(segments: readonly Segment[], sequence: number): boolean {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (segments[middle]!.last_sequence < sequence) low = middle + 1;
    else high = middle;
  }
  return low < segments.length && segments[low]!.first_sequence <= sequence;
}

function hasUntaken(segment: Segment, exporter: string): boolean {
  return (segment.waiting.get(exporter)?.untaken_records ?? 0) > 0;
}

function batchOf({ signal, items, approvals_checked }: RecordHeader, bytes: Buffer) {
  return { signal, bytes, items, client: NO_CLIENT, removed: NOTHING_REMOVED, approvals_checked };
}
