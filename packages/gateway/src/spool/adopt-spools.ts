import { readdirSync } from "node:fs";
import { join } from "node:path";
import { OperatingError } from "@scrim/errors";
import { MetricRegistry, type Queue } from "@scrim/pipeline";
import { type OpenSpoolOptions, openSpool } from "./open-spool.ts";
import type { SpoolConfig } from "./spool-config.ts";
import { SPOOL_RECOVERED_ITEMS } from "./spool-metrics.ts";

/** Which of how many processes. */
export interface WorkerPlace {
  readonly index: number;
  readonly count: number;
}

const FOLDER = /^worker-(\d{1,4})$/;

/** The folder of one process's spool: nobody else may write to it. */
export function workerFolder(directory: string, index: number): string {
  return join(directory, `worker-${index}`);
}

/** Folders of processes that there are no more, those that this one takes care of. */
function orphansOf(directory: string, { index, count }: WorkerPlace): readonly number[] {
  return readdirSync(directory)
    .map((name) => Number(FOLDER.exec(name)?.[1] ?? -1))
    .filter((orphan) => orphan >= count && orphan % count === index);
}

/**
 * Brings what processes have left that there are no more, since there were more of them, into the spool of one that runs. What
 * is moved is synced there before it is settled here: a crash in between gives it out twice, and loses nothing.
 */
export async function adoptSpools(
  own: Queue,
  config: SpoolConfig,
  place: WorkerPlace,
  { directory, ...context }: OpenSpoolOptions,
  signal: AbortSignal,
): Promise<void> {
  for (const orphan of orphansOf(directory, place)) {
    try {
      await adopt(own, config, workerFolder(directory, orphan), context, signal);
    } catch (error) {
      const reason = error instanceof OperatingError ? error.line : "an unexpected error";
      context.log.warn(`service.spool: worker-${orphan} keeps what it has until the next start: ${reason}`);
    }
  }
}

async function adopt(
  own: Queue,
  config: SpoolConfig,
  directory: string,
  { exporters, metrics, log }: Omit<OpenSpoolOptions, "directory">,
  signal: AbortSignal,
): Promise<void> {
  // What it counts would take the place of the other's numbers.
  const spool = await openSpool(config, { directory, exporters, metrics: new MetricRegistry(), log });
  try {
    for (const exporter of exporters) {
      const recovered = metrics.counter(SPOOL_RECOVERED_ITEMS, { exporter });
      await moveAll(spool, own, exporter, (items) => recovered.add(items), signal);
    }
  } finally {
    await spool.shutdown();
  }
}

async function moveAll(
  from: Queue,
  to: Queue,
  exporter: string,
  count: (items: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const outlet = from.outlet(exporter);
  while (!signal.aborted) {
    const queued = await outlet.take();
    if (queued === undefined) return;
    await to.append(queued.batch, [exporter]);
    count(queued.batch.items);
    outlet.settle(queued);
  }
}
