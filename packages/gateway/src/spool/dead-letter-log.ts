import { join } from "node:path";
import { OperatingError } from "@scrim/errors";
import type { Batch, DeadLetters, MetricRegistry } from "@scrim/pipeline";
import { fileNameOf } from "./cursor-file.ts";
import { GroupCommit } from "./group-commit.ts";
import * as metricsOf from "./spool-metrics.ts";
import type { LogPlace, SpoolWriter } from "./writer-messages.ts";

export const DEAD_LETTERS = "dead-letters";

export interface DeadLetterOptions {
  /** The spool's own; those of dead letters are made from it. */
  readonly place: LogPlace;
  readonly writer: SpoolWriter;
  /** For each exporter. */
  readonly max_bytes: number;
  readonly metrics: MetricRegistry;
}

/** One exporter's dead letters. */
interface Letters {
  readonly commit: GroupCommit;
  bytes: number;
}

/** Segments of what destinations refused for good: one log for each exporter, in a folder of its own. */
export class DeadLetterLog implements DeadLetters {
  readonly #options: DeadLetterOptions;
  readonly #letters = new Map<string, Promise<Letters>>();
  #opened: Letters[] = [];

  constructor(options: DeadLetterOptions) {
    this.#options = options;
  }

  async append(batch: Batch, exporter: string, reason: string): Promise<void> {
    const letters = await this.open(exporter);
    const record = { batch, exporters: [exporter], reason };
    const bytes = GroupCommit.bytesOf(record);
    if (letters.bytes + bytes > this.#options.max_bytes)
      throw new OperatingError("QUEUE_FULL", "there is no more room for dead letters", {
        path: "service.spool.dead_letters.max_size",
        hint: "look into them with scrim spool inspect, send them again or remove them",
      });
    letters.bytes += bytes; // also while it is on its way
    try {
      await letters.commit.append(record);
    } catch (error) {
      letters.bytes -= bytes;
      throw isFull(error) ? waitsForRoom(error) : error;
    }
    this.#options.metrics.counter(metricsOf.DEAD_LETTER_ITEMS, { exporter }).add(batch.items);
  }

  /** Finds what an earlier run has left. The same log every time. */
  open(exporter: string): Promise<Letters> {
    let letters = this.#letters.get(exporter);
    if (letters === undefined) {
      letters = this.#open(exporter);
      this.#letters.set(exporter, letters);
      letters.catch(() => this.#letters.delete(exporter)); // the disk may be back the next time
    }
    return letters;
  }

  /** What a thread that takes over needs to know. */
  get resume() {
    return this.#opened.map(({ commit }) => commit.resume);
  }

  async shutdown(): Promise<void> {
    for (const { commit } of this.#opened) await commit.idle();
  }

  async #open(exporter: string): Promise<Letters> {
    const { writer, metrics } = this.#options;
    const place = { ...this.#options.place, folder: deadLetterFolder(this.#options.place.folder, exporter) };
    const opened = await writer.request("open", { place });
    const commit = new GroupCommit({
      place,
      opened,
      writer,
      stored: () => undefined,
      written: () => undefined,
    });
    const letters = { commit, bytes: opened.segments.reduce((sum, { end }) => sum + end, 0) };
    this.#opened.push(letters);
    metrics.observe(metricsOf.DEAD_LETTER_BYTES, { exporter }, () => letters.bytes);
    return letters;
  }
}

/** The folder of one exporter's dead letters within that of a spool. */
export function deadLetterFolder(folder: string, exporter: string): string {
  return join(folder, DEAD_LETTERS, fileNameOf(exporter));
}

function isFull(error: unknown): error is OperatingError {
  return error instanceof OperatingError && error.code === "QUEUE_FULL";
}

/** Only letters that have used up their own room are dropped: a disk that is full will have some again. */
function waitsForRoom(cause: OperatingError): OperatingError {
  return new OperatingError("QUEUE_FAILED", "the disk has no room for dead letters", {
    path: "service.spool",
    hint: "make room on it; they wait in the spool until then",
    cause,
  });
}
