import type { StoredRecord } from "./group-commit.ts";
import type { FoundSegment } from "./recover-log.ts";

/** What of a segment one exporter has not settled. */
export interface Waiting {
  /** Not settled, and among them those that it has not taken yet. */
  records: number;
  items: number;
  untaken_records: number;
  untaken_items: number;
}

/** A segment that is on the disk, as its readers see it. */
export interface Segment {
  readonly number: number;
  readonly mark: Buffer;
  readonly first_sequence: number;
  last_sequence: number;
  /** Records lie before it. */
  end: number;
  records: number;
  /** When its newest record was accepted, by `performance.now()`: wall clocks jump, and would make batches old. */
  accepted_tick: number;
  readonly waiting: Map<string, Waiting>;
  /** Not settled by any one; the segment goes when it is 0. */
  unsettled: number;
  /** Behind it; also where this one is no longer in the table, so that readers find on. */
  next: Segment | undefined;
  previous: Segment | undefined;
  isRemoved: boolean;
}

/** The segments of a log in their order. */
export class SegmentTable {
  #first: Segment | undefined;
  #last: Segment | undefined;
  #count = 0;
  #bytes = 0;
  #records = 0;

  get first(): Segment | undefined {
    return this.#first;
  }

  /** It may still grow. */
  get last(): Segment | undefined {
    return this.#last;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get records(): number {
    return this.#records;
  }

  addFound(found: FoundSegment): Segment {
    const segment = this.#append(found.number, Buffer.from(found.mark), found.first_sequence);
    for (const { exporter, records, items } of found.waiting) {
      segment.waiting.set(exporter, { records, items, untaken_records: records, untaken_items: items });
      segment.unsettled += records;
    }
    // What comes from the future, by this clock, is as new as can be.
    segment.accepted_tick = performance.now() - Math.max(0, Date.now() - found.accepted_at_ms);
    this.#grow(segment, found.end, found.records, found.last_sequence);
    return segment;
  }

  addRecord({ run, sequence, end, exporters, batch }: StoredRecord): Segment {
    let segment = this.#last;
    if (segment?.number !== run.segment) segment = this.#append(run.segment, Buffer.from(run.mark), sequence);
    for (const exporter of exporters) {
      let waiting = segment.waiting.get(exporter);
      if (waiting === undefined) {
        waiting = { records: 0, items: 0, untaken_records: 0, untaken_items: 0 };
        segment.waiting.set(exporter, waiting);
      }
      waiting.records++;
      waiting.untaken_records++;
      waiting.items += batch.items;
      waiting.untaken_items += batch.items;
    }
    segment.unsettled += exporters.length;
    segment.accepted_tick = performance.now();
    this.#grow(segment, end, 1, sequence);
    return segment;
  }

  remove(segment: Segment): void {
    if (segment.isRemoved) return;
    segment.isRemoved = true;
    if (segment.previous === undefined) this.#first = segment.next;
    else segment.previous.next = segment.next;
    if (segment.next === undefined) this.#last = segment.previous;
    else segment.next.previous = segment.previous;
    segment.previous = undefined; // nobody goes back, and a chain of what is gone would never be freed
    this.#count--;
    this.#bytes -= segment.end;
    this.#records -= segment.records;
  }

  *[Symbol.iterator](): Generator<Segment> {
    for (let segment = this.#first; segment !== undefined; segment = segment.next) yield segment;
  }

  #append(number: number, mark: Buffer, first_sequence: number): Segment {
    const segment: Segment = {
      ...{
        number,
        mark,
        first_sequence,
        last_sequence: first_sequence,
        end: 0,
        records: 0,
        accepted_tick: 0,
      },
      ...{
        waiting: new Map(),
        unsettled: 0,
        next: undefined,
        previous: this.#last,
        isRemoved: false,
      },
    };
    if (this.#last === undefined) this.#first = segment;
    else this.#last.next = segment;
    this.#last = segment;
    this.#count++;
    return segment;
  }

  #grow(segment: Segment, end: number, records: number, last_sequence: number): void {
    this.#bytes += end - segment.end;
    this.#records += records;
    segment.end = end;
    segment.records += records;
    segment.last_sequence = last_sequence;
  }
}
