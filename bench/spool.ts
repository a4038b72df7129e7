import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSpool, SpoolConfig } from "@scrim/gateway";
import { type Batch, MetricRegistry } from "@scrim/pipeline";
import { measureInTurnAsync, table } from "./measure.ts";

const RUNS = 7;
/** Bytes that are written in one run of each. */
const RUN_BYTES = 4 * 2 ** 20;
const SIZES = [16, 256] as const;
const AT_ONCE = [1, 16] as const;

/** What a run appends with: all of them, so many at once. */
type Append = (batch: Batch) => Promise<void>;

function batchOf(length: number): Batch {
  const bytes = Buffer.alloc(length, "telemetry ");
  return {
    signal: "logs",
    bytes,
    items: 100,
    client: { address: undefined },
    removed: new Map(),
    approvals_checked: false,
  };
}

async function appendAll(append: Append, batch: Batch, count: number, atOnce: number): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) await append(batch);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** What one would write first: each record to the end of a file, then a sync. */
function naiveFile(path: string): { append: Append; close(): void } {
  const file = openSync(path, "a", 0o600);
  return {
    async append({ bytes }) {
      writeSync(file, bytes);
      fdatasyncSync(file);
    },
    close: () => closeSync(file),
  };
}

async function openBenchSpool(directory: string) {
  const log = { info: () => undefined, warn: () => undefined };
  const config = SpoolConfig.parse({ max_size: "64GiB" });
  const spool = await openSpool(config, {
    directory,
    exporters: ["sink"],
    metrics: new MetricRegistry(),
    log,
  });
  const outlet = spool.outlet("sink");
  let isOpen = true;
  // A destination that takes everything, so that segments come and go.
  const emptied = (async () => {
    const end = new AbortController();
    while (isOpen) {
      for (let queued = await outlet.take(); queued !== undefined; queued = await outlet.take())
        outlet.settle(queued);
      await Promise.race([outlet.wait(end.signal), new Promise((resolve) => setTimeout(resolve, 50))]);
    }
    end.abort();
  })();
  return {
    append: (batch: Batch) => spool.append(batch, ["sink"]),
    async close() {
      isOpen = false;
      await emptied;
      await spool.shutdown();
    },
  };
}

/** Durable appends: what a client of a pipeline with `ack: durable` waits for. */
export async function spoolSection(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "scrim-bench-"));
  const spool = await openBenchSpool(join(folder, "spool"));
  const naive = naiveFile(join(folder, "naive"));
  const rows: string[][] = [];
  try {
    for (const kib of SIZES) {
      const batch = batchOf(kib * 1024);
      const count = RUN_BYTES / batch.bytes.length;
      for (const atOnce of AT_ONCE) {
        const { own, file } = await measureInTurnAsync(RUNS, {
          own: () => appendAll(spool.append, batch, count, atOnce),
          file: () => appendAll(naive.append, batch, count, atOnce),
        });
        const perSecond = (ms: number) => count / (ms / 1e3);
        const [spooled, written] = [perSecond(own!.medianMs), perSecond(file!.medianMs)];
        rows.push([
          ...[`${kib} KiB`, String(atOnce), spooled.toFixed(0), ((spooled * kib) / 1024).toFixed(0)],
          ...[written.toFixed(0), `${(spooled / written).toFixed(1)} ×`],
        ]);
      }
    }
  } finally {
    await spool.close();
    naive.close();
    rmSync(folder, { recursive: true });
  }
  return [
    "### Spool",
    "Batches that are on the disk when the call returns, one or 16 at a time, while a destination takes them; against each of them written to the end of a file and synced, by one thread. Medians.",
    table(["batch", "at once", "spool /s", "MiB/s", "write + fdatasync /s", "ratio"], rows),
  ];
}
