import { resolve } from "node:path";
import type { OperatingError } from "@scrim/errors";
import {
  checkSection,
  type Environment,
  faultLog,
  type GraphPlan,
  type Log,
  type MetricRegistry,
  parseSection,
} from "@scrim/pipeline";
import { adoptSpools, type WorkerPlace, workerFolder } from "./adopt-spools.ts";
import { type OpenedSpool, openSpool, spoolDirectory } from "./open-spool.ts";
import { SpoolConfig } from "./spool-config.ts";

const PATH = "service.spool";

/** @throws {OperatingError} `CONFIG_INVALID` with the key's path */
export function parseSpoolConfig(section: unknown): SpoolConfig {
  return parseSection(SpoolConfig, section ?? {}, PATH);
}

/** All that {@link parseSpoolConfig} would find wrong. */
export function spoolProblems(section: unknown): readonly OperatingError[] {
  return checkSection(SpoolConfig, section ?? {}, PATH).problems;
}

/** The spool of a gateway, which may be one of several workers. */
export interface GatewaySpool extends OpenedSpool {
  /** Where it lies: the folder of all workers. */
  readonly directory: string;
}

/** Whether a pipeline needs a spool. */
export function needsSpool({ pipelines }: GraphPlan): boolean {
  return pipelines.some(({ ack }) => ack === "durable");
}

/** @throws {OperatingError} `STORE_UNUSABLE` */
export async function spoolOf(
  { pipelines }: GraphPlan,
  config: SpoolConfig,
  options: {
    readonly baseDir: string;
    readonly environment: Environment;
    readonly metrics: MetricRegistry;
    readonly log: Log;
    readonly worker: WorkerPlace;
  },
): Promise<GatewaySpool> {
  const { baseDir, environment, metrics, log, worker } = options;
  const directory =
    config.directory === undefined ? spoolDirectory(environment) : resolve(baseDir, config.directory);
  const exporters = [...new Set(pipelines.flatMap((one) => one.exporters.map(({ id }) => id)))];
  const context = { exporters, metrics, log };
  const spool = await openSpool(config, { ...context, directory: workerFolder(directory, worker.index) });
  const ending = new AbortController();
  const adopted = adoptSpools(spool, config, worker, { ...context, directory }, ending.signal).catch(
    faultLog("service.spool", log),
  );
  return {
    ...spool,
    directory,
    async shutdown() {
      ending.abort();
      await adopted;
      await spool.shutdown();
    },
  };
}
