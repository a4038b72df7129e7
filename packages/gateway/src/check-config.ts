import { dirname } from "node:path";
import { OperatingError } from "@scrim/errors";
import {
  type Component,
  type ComponentTable,
  type Config,
  checkComponents,
  checkConfig,
  checkGraph,
  componentTable,
  type Log,
  MetricRegistry,
  parseConfig,
  planGraph,
  showConfig,
} from "@scrim/pipeline";
import { COMPONENTS } from "./components.ts";
import { DEFAULT_CONFIG } from "./default-config.ts";
import { loadPlugins } from "./load-plugins.ts";
import { readConfigFile } from "./reload/config-source.ts";
import { parseSpoolConfig, spoolProblems } from "./spool/spool-of.ts";
import type { GatewayOptions } from "./start-gateway.ts";
import { withOwnTelemetry } from "./telemetry/own-telemetry.ts";

/** What is looked at of a gateway that doesn't run. */
export type ConfigOptions = Pick<
  GatewayOptions,
  "config" | "configFile" | "baseDir" | "components" | "seldomComponents" | "environment"
>;

export interface ConfigCheck {
  /** All that would keep a gateway from starting, as far as can be told without opening anything. */
  readonly problems: readonly OperatingError[];
  readonly warnings: readonly string[];
}

/**
 * Checks a configuration and what it names: policies, keys, certificates, plug-ins. Listens nowhere, connects to nothing and writes
 * nothing.
 */
export async function checkGatewayConfig(options: ConfigOptions): Promise<ConfigCheck> {
  const warnings: string[] = [];
  const log: Log = { info: () => {}, warn: (message) => warnings.push(message) };
  try {
    return { problems: await findProblems(options, log), warnings };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return { problems: [error], warnings };
  }
}

async function findProblems(options: ConfigOptions, log: Log): Promise<readonly OperatingError[]> {
  const { environment = process.env } = options;
  const { config, problems } = checkConfig(sourceOf(options), { environment });
  if (config === undefined) return problems;
  const baseDir = baseDirOf(options);
  const checked = checkGraph(config, await tableOf(config, options));
  const ofGraph = checked.problems.filter(
    ({ path }) => problems.length === 0 || path !== "service.pipelines",
  );
  if (problems.length === 0) for (const warning of checked.plan.warnings) log.warn(warning);
  const made = await checkComponents(withOwnTelemetry(checked.plan, config.service), {
    baseDir,
    log,
    metrics: new MetricRegistry(),
    print: () => {},
  });
  return [...problems, ...spoolProblems(config.service.spool), ...ofGraph, ...made];
}

/**
 * A configuration as it would be in force, in YAML: with all defaults, and without secrets.
 *
 * @throws {OperatingError} as the start of a gateway with it
 */
export async function describeGatewayConfig(options: ConfigOptions): Promise<string> {
  const { environment = process.env } = options;
  const source = sourceOf(options);
  const config = parseConfig(source, environment);
  const table = await tableOf(config, options);
  parseSpoolConfig(config.service.spool);
  planGraph(config, table); // what stands at a wrong key can't be told from a secret
  return showConfig(source, table, { environment });
}

function sourceOf({ config, configFile }: ConfigOptions): string | object {
  if (config !== undefined || configFile === undefined) return config ?? DEFAULT_CONFIG;
  return readConfigFile(configFile).config;
}

export function baseDirOf({ baseDir, configFile }: ConfigOptions): string {
  return baseDir ?? (configFile === undefined ? process.cwd() : dirname(configFile));
}

/**
 * Every component that the configuration may name.
 *
 * @throws {OperatingError} where a plug-in can't be loaded
 */
export async function tableOf(
  { service, extensions }: Pick<Config, "service" | "extensions">,
  options: ConfigOptions,
): Promise<ComponentTable> {
  const loaded = await loadPlugins(service.plugins, baseDirOf(options));
  const present = [...COMPONENTS, ...(options.components ?? []), ...loaded];
  return componentTable([...present, ...(await seldomNamed(Object.keys(extensions), present, options))]);
}

/** Where an extension is named that nobody present is, those that are seldom needed: to be it, or to be suggested for it. */
async function seldomNamed(
  ids: readonly string[],
  present: readonly Component[],
  { seldomComponents = [] }: ConfigOptions,
): Promise<readonly Component[]> {
  const types = new Set(present.filter(({ kind }) => kind === "extension").map(({ type }) => type));
  if (ids.every((id) => types.has(id.split("/", 1)[0]!))) return [];
  return await Promise.all(seldomComponents.map((load) => load()));
}
