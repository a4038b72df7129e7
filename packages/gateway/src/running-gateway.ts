import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import {
  buildService,
  ConfigFiles,
  type Endpoints,
  type FileContents,
  filesAsRead,
  type GraphPlan,
  type Log,
  MetricRegistry,
  observeProcess,
  parseConfig,
  planGraph,
  type Service,
  type ServiceConfig,
  showConfig,
} from "@scrim/pipeline";
import { expressionEngine, expressionEngineWarning } from "@scrim/redact";
import { baseDirOf, tableOf } from "./check-config.ts";
import { DEFAULT_CONFIG } from "./default-config.ts";
import { REDACTION_EXPRESSION_ENGINE } from "./gateway-metrics.ts";
import { CONFIG_HASH, CONFIG_IN_FORCE_SINCE, CONFIG_REVISION } from "./reload/config-metrics.ts";
import { readConfigFile, type WrittenConfig, written } from "./reload/config-source.ts";
import { FileWatch } from "./reload/file-watch.ts";
import { Reloader, type ReloadOutcome } from "./reload/reloader.ts";
import type { SpoolConfig } from "./spool/spool-config.ts";
import { type GatewaySpool, needsSpool, parseSpoolConfig, spoolOf } from "./spool/spool-of.ts";
import type { GatewayOptions } from "./start-gateway.ts";
import { OwnLog } from "./telemetry/own-log.ts";
import { METRICS_PATH, withOwnTelemetry } from "./telemetry/own-telemetry.ts";
import { joinMetrics, workerCount, workerIndex } from "./workers/worker.ts";

const MS_PER_SECOND = 1_000;

/** How long a shutdown waits for a reload: a component that is being made may wait for something that doesn't come. */
const RELOAD_MS_MAX = 5_000;

type Options = GatewayOptions & Required<Pick<GatewayOptions, "log" | "print">>;

/** A configuration that was checked as a whole. */
interface PlannedConfig {
  readonly service: ServiceConfig;
  readonly plan: GraphPlan;
  readonly spool: SpoolConfig;
  readonly hash: number;
  /** What it was read from, and its components were made from, as far as they were made for it. */
  readonly files: ConfigFiles;
  /** It, in YAML, without secrets. */
  readonly shown: () => string;
}

/** A gateway from its start to its end: the service, the configuration in force, and what puts another one into force. */
export class RunningGateway {
  readonly metrics: MetricRegistry;
  readonly #options: Options;
  readonly #service: Service;
  readonly #spool: GatewaySpool | undefined;
  /** What of `service.spool` is in force, which no reload changes. */
  readonly #spoolConfig: SpoolConfig;
  readonly #reloader: Reloader;
  /** Files that the last attempt to put a configuration into force came across, as they were then. */
  #tried: ConfigFiles;
  /** Where extensions find the configuration in force. */
  readonly #shown: { config: () => string };
  #inForce: PlannedConfig;
  /** What {@link reload} was given last. */
  #given: string | object | undefined;
  #givenFiles: FileContents | undefined;
  #watch: FileWatch | undefined;
  #ending: Promise<void> | undefined;

  /** @throws {OperatingError} and nothing stays open */
  static async start(options: Options): Promise<RunningGateway> {
    const { log, print, config } = options;
    const baseDir = baseDirOf(options);
    const files = configFiles(options.files);
    const first = await planConfig(config, options, files);
    useLogSettings(log, first.service);
    const metrics = new MetricRegistry();
    joinMetrics(metrics);
    observeProcess(metrics);
    sayEngine(metrics, log);
    const { environment = process.env } = options;
    const spoolConfig = options.spool ?? first.spool;
    const isSpoolNeeded = options.spool !== undefined || needsSpool(first.plan); // one that is open may hold something
    const spool = isSpoolNeeded
      ? await spoolOf(first.plan, spoolConfig, {
          ...{ baseDir, environment, metrics, log },
          worker: { index: workerIndex() ?? 0, count: workerCount() },
        })
      : undefined;
    const shown = { config: first.shown };
    const shownConfig = () => shown.config();
    try {
      const context = { baseDir, log, metrics, print, files, spool, shownConfig };
      const service = await buildService(first.plan, context);
      await service.start();
      return new RunningGateway(options, { service, spool, spoolConfig, first, metrics, shown });
    } catch (error) {
      await spool?.shutdown();
      throw error;
    }
  }

  private constructor(
    options: Options,
    made: {
      readonly service: Service;
      readonly spool: GatewaySpool | undefined;
      readonly spoolConfig: SpoolConfig;
      readonly first: PlannedConfig;
      readonly metrics: MetricRegistry;
      readonly shown: { config: () => string };
    },
  ) {
    this.#options = options;
    this.#service = made.service;
    this.#spool = made.spool;
    this.#spoolConfig = made.spoolConfig;
    this.metrics = made.metrics;
    this.#tried = made.first.files;
    this.#shown = made.shown;
    this.#given = options.config;
    this.#inForce = made.first;
    this.#noteInForce();
    this.#reloader = new Reloader({
      attempt: () => this.#attempt(),
      metrics: made.metrics,
      log: options.log,
    });
    this.#followFiles();
  }

  get endpoints(): Endpoints {
    const { [METRICS_PATH]: _, ...components } = this.#service.endpoints();
    return components;
  }

  get metricsUrl(): string | undefined {
    const address = this.#service.endpoints()[METRICS_PATH]?.http;
    return address === undefined ? undefined : `http://${address}/metrics`;
  }

  get spoolDirectory(): string | undefined {
    return this.#spool?.directory;
  }

  get spool(): SpoolConfig | undefined {
    return this.#spool && this.#spoolConfig;
  }

  get log(): Log {
    return this.#options.log;
  }

  /** What the files of the configuration in force held. */
  get files(): FileContents {
    const ofComponents = this.#service.files().flatMap(({ contents }) => [...contents]);
    return new Map([...this.#inForce.files.contents, ...ofComponents]);
  }

  reload(config?: string | object, files?: FileContents): Promise<ReloadOutcome> {
    if (config !== undefined) this.#given = config;
    this.#givenFiles = files;
    return this.#reloader.reload();
  }

  shutdown(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    const { shutdown_delay, drain_timeout } = this.#inForce.service;
    this.#watch?.close();
    this.#service.leave();
    // One that takes longer won't come into force any more, now that the service is left.
    await Promise.race([this.#reloader.settled(), setTimeout(RELOAD_MS_MAX, undefined, { ref: false })]);
    if (shutdown_delay > 0) await setTimeout(shutdown_delay);
    await this.#service.shutdown(drain_timeout);
    await this.#spool?.shutdown();
  }

  async #attempt(): Promise<"in_force" | "unchanged"> {
    const files = configFiles(this.#givenFiles);
    this.#tried = files;
    try {
      const next = await planConfig(this.#given, this.#options, files);
      const isChanged = await this.#service.reload(next.plan, files);
      if (!isDeepStrictEqual(next.spool, this.#spoolConfig))
        this.#options.log.warn("service.spool: what changed there comes into force at the next start");
      if (next.service.workers !== this.#inForce.service.workers)
        this.#options.log.warn("service.workers: what changed there comes into force at the next start");
      const { hash, service } = this.#inForce;
      if (!isChanged && next.hash === hash && isDeepStrictEqual(next.service, service)) return "unchanged";
      this.#inForce = next;
      this.#shown.config = next.shown;
      useLogSettings(this.#options.log, next.service);
      this.#noteInForce();
      return "in_force";
    } finally {
      this.#followFiles();
    }
  }

  #noteInForce(): void {
    this.metrics.gauge(CONFIG_REVISION, {}).add(1);
    this.metrics.gauge(CONFIG_HASH, {}).set(this.#inForce.hash);
    this.metrics.gauge(CONFIG_IN_FORCE_SINCE, {}).set(Date.now() / MS_PER_SECOND);
  }

  /** Starts or stops looking at files, as the configuration in force says. */
  #followFiles(): void {
    const { watch, interval } = this.#inForce.service.reload;
    if (!watch || this.#ending !== undefined) {
      this.#watch?.close();
      this.#watch = undefined;
    } else if (this.#watch?.intervalMs === interval) {
      this.#watch.reset(this.#tried);
    } else {
      this.#watch?.close();
      this.#watch = new FileWatch(
        interval,
        () => this.#files(),
        this.#options.filesChanged ?? (() => void this.reload()),
        this.#tried,
      );
    }
  }

  #files(): readonly string[] {
    const ofComponents = this.#service.files().flatMap(({ files }) => files);
    return [...new Set([...ofComponents, ...this.#tried.files])];
  }
}

/** A log that somebody else brought is theirs to set. */
function useLogSettings(log: Log, { telemetry }: ServiceConfig): void {
  if (log instanceof OwnLog) log.settings = telemetry.logs;
}

function configFiles(contents: FileContents | undefined): ConfigFiles {
  return new ConfigFiles(contents && filesAsRead(contents));
}

function readConfig(
  { configFile }: Pick<GatewayOptions, "configFile">,
  given: string | object | undefined,
  files: ConfigFiles,
): WrittenConfig {
  if (configFile !== undefined) files.note(configFile);
  if (given !== undefined || configFile === undefined) return written(given ?? DEFAULT_CONFIG);
  return readConfigFile(configFile, files);
}

/** @throws {OperatingError} of whatever is wrong with it */
async function planConfig(
  given: string | object | undefined,
  options: GatewayOptions,
  files: ConfigFiles,
): Promise<PlannedConfig> {
  const { config, hash } = readConfig(options, given, files);
  const { environment = process.env } = options;
  const parsed = parseConfig(config, environment, { files });
  const { service } = parsed;
  const table = await tableOf(parsed, options);
  const plan = withOwnTelemetry(planGraph(parsed, table), service);
  const shown = () => showConfig(config, table, { environment, files });
  return { service, hash, plan, spool: parseSpoolConfig(service.spool), files, shown };
}

/** A gateway that is slower than it could be says so. */
function sayEngine(metrics: MetricRegistry, log: Log): void {
  metrics.gauge(REDACTION_EXPRESSION_ENGINE, { engine: expressionEngine() }).set(1);
  const warning = expressionEngineWarning();
  if (warning !== undefined)
    log.warn(warning, "what is found is the same; for speed, let the install script of re2 run");
}
