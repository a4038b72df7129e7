import type { Cursor } from "./cursor-file.ts";
import type { FoundDamage, RecoveredLog } from "./recover-log.ts";
import type { Appended, LogEnd, SegmentLogOptions } from "./segment-log.ts";

/**
 * One log among those of a spool: its folder holds `segments`, `quarantine` and, where it has readers with a place of their own, `cursors`.
 */
export interface LogPlace extends Omit<SegmentLogOptions, "folder"> {
  readonly folder: string;
}

/** What is asked of the thread that writes, by the kind of request. One answer each, in order. */
export interface WriterRequests {
  /** Recovers a log, and gets ready to write to it. */
  open: { ask: { readonly place: LogPlace }; answer: OpenedLog };
  /** Gets ready to write to a log behind what is known to be on the disk: a thread has died. What lies behind that is removed. */
  resume: { ask: { readonly place: LogPlace; readonly end: LogEnd }; answer: undefined };
  append: {
    ask: {
      readonly folder: string;
      /** Records one behind the other, as `writeRecord` makes them, from its start. Who asks leaves it alone until it is answered. */
      readonly frames: SharedArrayBuffer;
      readonly lengths: readonly number[];
      /** Of the first. */
      readonly sequence: number;
    };
    answer: Appended & { readonly elapsed_ms: number };
  };
  /** Returns when the cursors are on the disk. */
  cursors: { ask: { readonly folder: string; readonly cursors: readonly Cursor[] }; answer: undefined };
  remove: { ask: { readonly folder: string; readonly segments: readonly number[] }; answer: undefined };
  /** Copies damaged bytes of a segment into the quarantine. */
  set_aside: {
    ask: { readonly folder: string; readonly segment: number; readonly offset: number; readonly end: number };
    answer: undefined;
  };
}

export type WriterRequest = keyof WriterRequests;

export interface OpenedLog extends RecoveredLog {
  readonly cursors: readonly Cursor[];
  /** Cursors that could not be read and were set aside: what their exporters have settled comes again. */
  readonly damaged_cursors: number;
  readonly damage: readonly FoundDamage[];
}

/** The side of the writer that asks. */
export interface SpoolWriter {
  /** Rejects where the writer has died, or its file system has failed. */
  request<K extends WriterRequest>(
    kind: K,
    ask: WriterRequests[K]["ask"],
  ): Promise<WriterRequests[K]["answer"]>;
  close(): Promise<void>;
}
