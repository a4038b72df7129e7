import { availableParallelism } from "node:os";
import { type Environment, parseConfig } from "@scrim/pipeline";
import { readConfigFile } from "../reload/config-source.ts";

/**
 * How many processes a configuration asks for.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` or `CONFIG_INVALID`
 */
export function readWorkerCount(configFile: string, environment: Environment = process.env): number {
  const { workers } = parseConfig(readConfigFile(configFile).config, environment).service;
  return workers === "auto" ? availableParallelism() : workers;
}
