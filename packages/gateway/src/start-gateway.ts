import {
  buildService,
  type Component,
  componentTable,
  type Endpoints,
  type Environment,
  type Log,
  MetricRegistry,
  observeProcess,
  parseConfig,
  planGraph,
} from "@scrim/pipeline";
import { expressionEngine, expressionEngineWarning } from "@scrim/redact";
import { COMPONENTS } from "./components.ts";
import { DEFAULT_CONFIG } from "./default-config.ts";
import { REDACTION_EXPRESSION_ENGINE } from "./gateway-metrics.ts";
import { loadPlugins } from "./load-plugins.ts";
import { type MetricsServer, startMetricsServer } from "./metrics-server.ts";
import { takeProcessRole } from "./process-role.ts";

export interface GatewayOptions {
  /** The configuration: a YAML text, or what one would hold. Without it all signals are redacted and printed. */
  readonly config?: string | object;
  /** The folder that relative paths in the configuration start from; the working directory unless given. */
  readonly baseDir?: string;
  /** Components besides {@link COMPONENTS} that the configuration may name. */
  readonly components?: readonly Component[];
  /** Where `${env:NAME}` is looked up; the environment of the process unless given. */
  readonly environment?: Environment;
  /** Where the gateway says what it does; standard error unless given. */
  readonly log?: Log;
  /** Where the `debug` exporter prints; standard output unless given. */
  readonly print?: (text: string) => void;
}

/** A gateway that takes in data. */
export interface Gateway {
  /** What is served where, by component and protocol: `{ "receivers.otlp": { http: "127.0.0.1:4318" } }`. */
  readonly endpoints: Endpoints;
  /** Where Prometheus finds the metrics; undefined if `service.telemetry.metrics.level` is `none`. */
  readonly metricsUrl: string | undefined;
  readonly metrics: MetricRegistry;
  /** Stops taking in data, delivers what is on its way, and closes everything. May come twice. */
  shutdown(): Promise<void>;
}

/**
 * Starts a gateway. Resolves when it takes in data; nothing stays open if it can't.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `CONFIG_INVALID`, `CONFIG_UNREDACTED`, `LISTEN_FAILED`,
 *   `ENGINE_UNAVAILABLE`, `PROCESS_SHARED` where a reveal service runs in this process, and what `@scrim/policy` finds wrong with a policy
 *
 * @example
 * ```ts
 * import { startGateway } from "@scrim/gateway";
 * const gateway = await startGateway({
 *   config: {
 *     receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:0" } } } },
 *     processors: { policy: {} },
 *     exporters: { debug: {} },
 *     service: {
 *       extensions: [],
 *       telemetry: { metrics: { level: "none" } },
 *       pipelines: { logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"] } },
 *     },
 *   },
 * });
 * await gateway.shutdown();
 * ```
 */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const leaveRole = takeProcessRole("gateway");
  try {
    const gateway = await start(options);
    return {
      ...gateway,
      async shutdown() {
        await gateway.shutdown();
        leaveRole();
      },
    };
  } catch (error) {
    leaveRole();
    throw error;
  }
}

async function start(options: GatewayOptions): Promise<Gateway> {
  const { baseDir = process.cwd(), log = STDERR_LOG, print = printToStdout } = options;
  const config = parseConfig(options.config ?? DEFAULT_CONFIG, options.environment ?? process.env);
  const plugins = await loadPlugins(config.service.plugins, baseDir);
  const components = componentTable([...COMPONENTS, ...(options.components ?? []), ...plugins]);
  const plan = planGraph(config, components);

  const metrics = new MetricRegistry();
  observeProcess(metrics);
  sayEngine(metrics, log);
  const service = await buildService(plan, { baseDir, log, metrics, print });
  const metricsServer = await startMetrics(config.service.telemetry.metrics, metrics);
  try {
    await service.start();
  } catch (error) {
    await metricsServer?.shutdown();
    throw error;
  }
  return {
    endpoints: service.endpoints(),
    metricsUrl: metricsServer?.url,
    metrics,
    async shutdown() {
      await service.shutdown();
      await metricsServer?.shutdown();
    },
  };
}

/** A gateway that is slower than it could be says so. */
function sayEngine(metrics: MetricRegistry, log: Log): void {
  metrics.gauge(REDACTION_EXPRESSION_ENGINE, { engine: expressionEngine() }).set(1);
  const warning = expressionEngineWarning();
  if (warning !== undefined)
    log.warn(warning, "what is found is the same; for speed, let the install script of re2 run");
}

async function startMetrics(
  { level, address }: { readonly level: "none" | "normal"; readonly address: string },
  metrics: MetricRegistry,
): Promise<MetricsServer | undefined> {
  return level === "none" ? undefined : await startMetricsServer(address, metrics);
}

const STDERR_LOG: Log = {
  info: (message) => console.error(`gateway: ${message}`),
  warn(message, hint) {
    console.error(`gateway: warning: ${message}`);
    if (hint !== undefined) console.error(`gateway: hint: ${hint}`);
  },
};

function printToStdout(text: string): void {
  process.stdout.write(text);
}
