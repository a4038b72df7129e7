import { OperatingError } from "@scrim/errors";
import type { Batch } from "@scrim/pipeline";
import { formatNames, headerBytesOf, recordBytes, writeRecord } from "./record-header.ts";
import type { LogEnd, Run } from "./segment-log.ts";
import type { LogPlace, OpenedLog, SpoolWriter, WriterRequests } from "./writer-messages.ts";

/** A batch on its way to the disk. */
export interface NewRecord {
  readonly batch: Batch;
  readonly exporters: readonly string[];
  readonly reason: string;
}

/** A record that is on the disk. */
export interface StoredRecord extends NewRecord {
  readonly sequence: number;
  readonly accepted_at_ms: number;
  readonly run: Run;
  readonly offset: number;
  readonly end: number;
}

interface Pending extends NewRecord {
  readonly names: ReturnType<typeof formatNames>;
  readonly bytes: number;
  resolve(): void;
  reject(error: OperatingError): void;
}

/** Written with one sync at most: it is copied, and memory is bounded. A larger record goes alone. */
const GROUP_BYTES_MAX = 4 * 2 ** 20;
/** After a failure everything is refused for so long: each try would write to a disk that fails. */
const COOL_DOWN_MS = 500;

export interface GroupCommitOptions {
  readonly place: LogPlace;
  readonly opened: OpenedLog;
  readonly writer: SpoolWriter;
  /** Called for each record as soon as it is on the disk, in the order of sequences. */
  stored(record: StoredRecord): void;
  /** Called after each group with how long the disk took, and what failed. */
  written(
    elapsedMs: number,
    failure: { readonly kind: "full" | "failed"; readonly code: string } | undefined,
  ): void;
  readonly cool_down_ms?: number;
}

/** Appends batches to one log: all that come while the disk is busy are written together, with one sync. */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  /** Where each group is put together for the thread that writes: one at a time, so that no memory waits to be collected. */
  #frames: SharedArrayBuffer | undefined;
  #pending: Pending[] = [];
  #busy: Promise<void> | undefined;
  #nextSequence: number;
  #end: LogEnd;
  #refusal: { readonly until_ms: number; readonly error: () => OperatingError } | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#nextSequence = options.opened.next_sequence;
    this.#end = options.opened.end;
  }

  /** Bytes that a record takes on the disk. */
  static bytesOf({ batch, exporters, reason }: NewRecord): number {
    return recordBytes(headerBytesOf(formatNames(exporters, reason).names.length), batch.bytes.length);
  }

  /**
   * Resolves when the record is on the disk.
   *
   * @throws {OperatingError} `QUEUE_FULL` where the disk is full, else `QUEUE_FAILED`
   */
  append(record: NewRecord): Promise<void> {
    if (this.#refusal !== undefined && performance.now() < this.#refusal.until_ms) {
      return Promise.reject(this.#refusal.error());
    }
    const names = formatNames(record.exporters, record.reason);
    const bytes = recordBytes(headerBytesOf(names.names.length), record.batch.bytes.length);
    return new Promise((resolve, reject) => {
      this.#pending.push({ ...record, names, bytes, resolve, reject });
      this.#busy ??= this.#writeAll();
    });
  }

  /** The sequence of the next record; higher than any before. */
  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** Where another writer goes on. */
  get resume(): WriterRequests["resume"]["ask"] {
    return { place: this.#options.place, end: this.#end };
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    await this.#busy;
  }

  async #writeAll(): Promise<void> {
    await undefined; // what comes in the same turn goes with the first
    while (this.#pending.length > 0) await this.#writeGroup(this.#takeGroup());
    this.#busy = undefined;
  }

  #takeGroup(): Pending[] {
    let bytes = 0;
    const past = this.#pending.findIndex((one, index) => {
      bytes += one.bytes;
      return index > 0 && bytes > GROUP_BYTES_MAX;
    });
    const group = this.#pending.splice(0, past < 0 ? this.#pending.length : past);
    return group;
  }

  async #writeGroup(group: readonly Pending[]): Promise<void> {
    const accepted_at_ms = Date.now();
    const sequence = this.#nextSequence;
    this.#nextSequence += group.length; // also where it fails: a sequence never comes twice
    const lengths = group.map(({ bytes }) => bytes);
    const frames = this.#framesOf(lengths.reduce((sum, length) => sum + length, 0));
    const bytes = Buffer.from(frames);
    let at = 0;
    for (const [index, { batch, exporters, reason, names }] of group.entries()) {
      const facts = { ...batch, exporters, reason, accepted_at_ms, sequence: sequence + index };
      at += writeRecord(bytes, at, facts, names, batch.bytes);
    }
    const { place, writer, written } = this.#options;
    try {
      const answer = await writer.request("append", { folder: place.folder, frames, lengths, sequence });
      const { runs, failure, elapsed_ms } = answer;
      const done = this.#store(group, runs, sequence, accepted_at_ms);
      const code = answer.code ?? "";
      written(elapsed_ms, failure === undefined ? undefined : { kind: failure, code });
      if (failure !== undefined) this.#fail(group.slice(done), () => refusalOf(failure, code));
      else this.#refusal = undefined;
    } catch {
      written(0, { kind: "failed", code: "thread" });
      this.#fail(group, () => refusalOf("failed", "the writer has ended"));
    }
  }

  #framesOf(length: number): SharedArrayBuffer {
    if (length > GROUP_BYTES_MAX) return new SharedArrayBuffer(length);
    this.#frames ??= new SharedArrayBuffer(GROUP_BYTES_MAX);
    return this.#frames;
  }

  /** Tells of the records that are on the disk; returns how many they are. */
  #store(group: readonly Pending[], runs: readonly Run[], sequence: number, accepted_at_ms: number): number {
    let index = 0;
    for (const run of runs) {
      let offset = run.offset;
      for (const one of group.slice(index, index + run.records)) {
        const end = offset + one.bytes;
        const { batch, exporters, reason } = one;
        this.#end = { last_number: run.segment, previous_number: run.segment, previous_end: end };
        this.#options.stored({
          ...{ batch, exporters, reason, accepted_at_ms, run, offset, end },
          sequence: sequence + index,
        });
        one.resolve();
        [offset, index] = [end, index + 1];
      }
    }
    return index;
  }

  /** What waits behind them would meet the same disk. */
  #fail(group: readonly Pending[], error: () => OperatingError): void {
    const { cool_down_ms = COOL_DOWN_MS } = this.#options;
    this.#refusal = { until_ms: performance.now() + cool_down_ms, error };
    for (const { reject } of [...group, ...this.#pending.splice(0)]) reject(error());
  }
}

function refusalOf(failure: "full" | "failed", code: string): OperatingError {
  return failure === "full"
    ? new OperatingError("QUEUE_FULL", "the disk of the spool is full", {
        path: "service.spool",
        hint: "make room on it, or lower service.spool.min_free_space",
      })
    : new OperatingError("QUEUE_FAILED", `the spool can't be written (${code})`, {
        path: "service.spool",
        hint: "look at its disk; batches are taken again as soon as it writes",
      });
}
