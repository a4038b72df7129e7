import { join } from "node:path";
import { type Batch, type Log, MetricRegistry } from "@scrim/pipeline";
import { LogFiles } from "../../src/spool/log-files.ts";
import { segmentName } from "../../src/spool/segment-header.ts";
import type { OpenSegment } from "../../src/spool/segment-reader.ts";
import { Spool } from "../../src/spool/spool.ts";
import type { SpoolWriter } from "../../src/spool/writer-messages.ts";
import type { ModelFiles } from "./model-files.ts";

export const FOLDER = "/spool";
export const EXPORTERS = ["a", "b/second"] as const;

/** A writer in this very thread, on any file system. */
function writerOn(files: ModelFiles, seed: number): SpoolWriter {
  let marks = seed * 1_000;
  const logs = new LogFiles(files, (length) => {
    const mark = Buffer.alloc(length, 0xa5);
    mark.writeUInt32LE(++marks);
    return mark;
  });
  return {
    async request(kind, ask) {
      await undefined;
      return logs.handle(kind, ask);
    },
    async close() {
      logs.close();
    },
  };
}

function segmentsOn(files: ModelFiles): OpenSegment {
  return (number) => ({
    async read(offset, length) {
      const descriptor = files.open(join(FOLDER, "segments", segmentName(number)));
      if (descriptor === undefined) throw Object.assign(new Error("absent"), { code: "ENOENT" });
      const bytes = Buffer.alloc(length);
      const read = files.read(descriptor, bytes, offset);
      files.close(descriptor);
      return bytes.subarray(0, read);
    },
    close: async () => undefined,
  });
}

export interface ModelSpoolOptions {
  readonly segment_bytes?: number;
  readonly memory_bytes?: number;
  readonly max_bytes?: number;
  readonly drops_oldest?: boolean;
  readonly max_age_ms?: number;
  readonly exporters?: readonly string[];
  readonly forget?: readonly string[];
  readonly wait_max_ms?: number;
  readonly min_free_bytes?: number;
  readonly seed?: number;
}

export interface ModelSpool {
  readonly spool: Spool;
  readonly metrics: MetricRegistry;
  readonly writer: SpoolWriter;
  /** What it warned of. */
  readonly warnings: readonly string[];
  close(): Promise<void>;
}

/** A whole spool on a model of a disk. */
export async function openModelSpool(
  files: ModelFiles,
  options: ModelSpoolOptions = {},
): Promise<ModelSpool> {
  const writer = writerOn(files, options.seed ?? 1);
  const { segment_bytes = 10_000, min_free_bytes = 0 } = options;
  const place = { folder: FOLDER, segment_bytes, min_free_bytes };
  const metrics = new MetricRegistry();
  const warnings: string[] = [];
  const log: Log = { info: () => undefined, warn: (message) => void warnings.push(message) };
  const spool = new Spool({
    ...{ id: "model", place, writer, metrics, log, openSegment: segmentsOn(files) },
    opened: await writer.request("open", { place }),
    exporters: options.exporters ?? EXPORTERS,
    forget: options.forget ?? [],
    max_bytes: options.max_bytes ?? 2 ** 40,
    max_age_ms: options.max_age_ms,
    drops_oldest: options.drops_oldest ?? false,
    memory_bytes: options.memory_bytes ?? 0,
    wait_max_ms: options.wait_max_ms ?? 0,
    cursor_pace_ms: 0,
    cool_down_ms: 0,
  });
  return {
    ...{ spool, metrics, writer, warnings },
    async close() {
      await spool.shutdown();
      await writer.close();
    },
  };
}

/** A batch that says which it is, and is so long. */
export function numbered(number: number, length = 100): Batch {
  const bytes = Buffer.alloc(Math.max(8, length), number % 251);
  bytes.writeUInt32LE(number);
  return {
    signal: "logs",
    bytes,
    items: 1 + (number % 3),
    client: { address: undefined },
    removed: new Map(),
    approvals_checked: false,
  };
}
