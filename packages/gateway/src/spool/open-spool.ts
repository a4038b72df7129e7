import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { DeadLetters, Environment, Log, MetricRegistry, Queue } from "@scrim/pipeline";
import { DEAD_LETTERS, DeadLetterLog, deadLetterFolder } from "./dead-letter-log.ts";
import { diskFiles } from "./disk-files.ts";
import { lockFolder } from "./folder-lock.ts";
import { openPrivateFolder } from "./private-folder.ts";
import { RECORDS_AT } from "./segment-header.ts";
import { diskSegments } from "./segment-reader.ts";
import { Spool } from "./spool.ts";
import type { SpoolConfig } from "./spool-config.ts";
import { spoolId } from "./spool-id.ts";
import { WriterThread } from "./writer-thread.ts";

export interface OpenSpoolOptions {
  /** The spool's own folder, which no other process uses; made where there is none. See {@link spoolDirectory}. */
  readonly directory: string;
  /** Those that are configured. Others that something waits for are warned about. */
  readonly exporters: readonly string[];
  readonly metrics: MetricRegistry;
  readonly log: Log;
}

/** A spool that takes batches. `shutdown` brings everything to the disk, and lets go of the folder. */
export interface OpenedSpool extends Queue {
  readonly deadLetters: DeadLetters;
  shutdown(): Promise<void>;
}

/** The share of `max_size` that a segment has at most: what is delivered is freed by whole segments. */
const SEGMENTS_MIN = 8;

/**
 * Opens a spool, and repairs what needs it: a queue on the disk, whose `append` resolves when the batch is synced.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where the folder isn't safe, or another process has it
 */
export async function openSpool(config: SpoolConfig, options: OpenSpoolOptions): Promise<OpenedSpool> {
  const { metrics, log, exporters } = options;
  const directory = openPrivateFolder(options.directory);
  const unlock = await lockFolder(directory);
  const logs: { spool?: Spool; deadLetters?: DeadLetterLog } = {};
  const writer = new WriterThread(
    () => [...(logs.spool === undefined ? [] : [logs.spool.resume]), ...(logs.deadLetters?.resume ?? [])],
    () => log.warn("service.spool: the thread that writes has ended, and is started again"),
  );
  try {
    const share = Math.floor(config.max_size / SEGMENTS_MIN);
    const segment_bytes = Math.max(2 * RECORDS_AT, Math.min(config.segment_size, share));
    const place = { folder: directory, segment_bytes, min_free_bytes: config.min_free_space };
    const opened = await writer.request("open", { place });
    const spool = new Spool({
      ...{ id: spoolId(diskFiles, directory), place, opened, writer, exporters, metrics, log },
      openSegment: diskSegments(directory),
      max_bytes: config.max_size,
      max_age_ms: config.max_age,
      drops_oldest: config.when_full === "drop_oldest",
      memory_bytes: config.memory,
      forget: config.forget,
    });
    diskFiles.makeFolder(join(directory, DEAD_LETTERS));
    const deadLetters = new DeadLetterLog({
      place,
      writer,
      metrics,
      max_bytes: config.dead_letters.max_size,
    });
    logs.spool = spool;
    logs.deadLetters = deadLetters;
    for (const exporter of exporters) {
      if (existsSync(deadLetterFolder(directory, exporter))) await deadLetters.open(exporter);
    }
    let closed: Promise<void> | undefined;
    async function close(): Promise<void> {
      await spool.shutdown();
      await deadLetters.shutdown();
      await writer.close();
      unlock();
    }
    return {
      append: (batch, names) => spool.append(batch, names),
      outlet: (exporter) => spool.outlet(exporter),
      deadLetters,
      shutdown() {
        closed ??= close();
        return closed;
      },
    };
  } catch (error) {
    await writer.close();
    unlock();
    throw error;
  }
}

/** Where spools lie that no configuration gives a place: `$STATE_DIRECTORY` is systemd's. */
export function spoolDirectory(environment: Environment): string {
  const [state] = (environment.STATE_DIRECTORY ?? "").split(":");
  if (state !== undefined && state !== "") return join(state, "spool");
  const home = environment.XDG_STATE_HOME;
  return home === undefined || home === ""
    ? join(homedir(), ".local", "state", "scrim", "spool")
    : join(home, "scrim", "spool");
}
