import type { Batch } from "@scrim/pipeline";
import type { Segment } from "./segment-table.ts";

/** A record that is still in memory. */
export interface RecentRecord {
  readonly sequence: number;
  readonly batch: Batch;
  readonly exporters: readonly string[];
  readonly accepted_at_ms: number;
  readonly segment: Segment;
  /** Where it lies on the disk. */
  readonly offset: number;
  readonly end: number;
  /** Exporters that have not settled it. */
  unsettled: number;
}

/** What an entry takes beside its bytes. */
const ENTRY_BYTES = 512;

/**
 * The records that came last, without a gap, so that exporters that keep up read nothing from the disk. Shared by all of them, and bounded in
 * bytes: the oldest leave first, and whoever still needs them reads the disk. Either empty, or up to the newest of all.
 */
export class RecentRecords {
  readonly #bytesMax: number;
  #records: RecentRecord[] = [];
  /** Those before it have left. */
  #head = 0;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The lowest sequence that is here; undefined where nothing is. */
  get first(): number | undefined {
    return this.#records[this.#head]?.sequence;
  }

  /** @returns whether others had to leave for it */
  add(record: RecentRecord): boolean {
    this.#records.push(record);
    this.#bytes += weight(record);
    const isFull = this.#bytes > this.#bytesMax;
    while (this.#bytes > this.#bytesMax) this.#leave();
    return isFull;
  }

  /** The first record whose sequence is not lower. */
  from(sequence: number): RecentRecord | undefined {
    return this.#records[this.#indexOf(sequence)];
  }

  /** One exporter needs a record no more. */
  settled(sequence: number): void {
    const record = this.from(sequence);
    if (record?.sequence !== sequence) return;
    record.unsettled--;
    while (this.#head < this.#records.length && this.#records[this.#head]!.unsettled <= 0) this.#leave();
  }

  /** Forgets all up to a sequence. */
  forgetThrough(sequence: number): void {
    while ((this.first ?? Infinity) <= sequence) this.#leave();
  }

  #leave(): void {
    const record = this.#records[this.#head];
    if (record === undefined) return;
    this.#bytes -= weight(record);
    this.#head++;
    if (this.#head * 2 <= this.#records.length) {
      (this.#records as (RecentRecord | undefined)[])[this.#head - 1] = undefined;
      return;
    }
    this.#records = this.#records.slice(this.#head);
    this.#head = 0;
  }

  /** Sequences rise, so it is found by halves. */
  #indexOf(sequence: number): number {
    let [low, high] = [this.#head, this.#records.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#records[middle]!.sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function weight({ batch }: RecentRecord): number {
  return batch.bytes.length + ENTRY_BYTES;
}
