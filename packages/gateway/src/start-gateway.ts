import type {
  Component,
  Endpoints,
  Environment,
  ExtensionDefinition,
  FileContents,
  Log,
  MetricRegistry,
} from "@scrim/pipeline";
import { takeProcessRole } from "./process-role.ts";
import type { ReloadOutcome } from "./reload/reloader.ts";
import { RunningGateway } from "./running-gateway.ts";
import type { SpoolConfig } from "./spool/spool-config.ts";
import { OwnLog } from "./telemetry/own-log.ts";
import { workerIndex } from "./workers/worker.ts";

export interface GatewayOptions {
  /** The configuration: a YAML text, or what one would hold. Without it all signals are redacted and printed. */
  readonly config?: string | object;
  /** File of the configuration, in the place of `config`. It is read again at each reload. */
  readonly configFile?: string;
  /** The folder that relative paths in the configuration start from; that of `configFile`, or the working directory, unless given. */
  readonly baseDir?: string;
  /** Components besides {@link COMPONENTS} that the configuration may name. */
  readonly components?: readonly Component[];
  /** Extensions that cost memory and time to load, and are loaded when the configuration names an extension that is not among the others. */
  readonly seldomComponents?: readonly (() => Promise<ExtensionDefinition>)[];
  /**
   * What files held as another gateway had read them (`Gateway.files`): taken in the place of what they hold now, until the first reload.
   * Others are read.
   */
  readonly files?: FileContents;
  /** The spool that another gateway of the same folder has opened (`Gateway.spool`), in the place of what the configuration says of it. */
  readonly spool?: SpoolConfig;
  /** Told that a file has changed, where `service.reload.watch` asks for it; reloads unless given. */
  readonly filesChanged?: () => void;
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
  /** The folder of what is stored until it is delivered; undefined where no pipeline has `ack: durable`. */
  readonly spoolDirectory: string | undefined;
  /** How it is kept, as `service.spool` said at the start; undefined as well where none is. */
  readonly spool: SpoolConfig | undefined;
  readonly metrics: MetricRegistry;
  /**
   * What the files held that the configuration in force is made of, itself among them: with them another gateway goes by the same. There are
   * secrets among them. Those of TLS and of tokens, which are followed by themselves, are not.
   */
  readonly files: FileContents;
  /** Where it says what it does. */
  readonly log: Log;
  /**
   * Checks a configuration, makes what is new in it, and then puts it into force at one moment between two batches. Whatever
   * is wrong with it, the one before stays in force as a whole; the outcome and the log say why. Of several that are
   * asked for while one runs, the last is made.
   *
   * @param config the file's text of now, or what `startGateway` was given, unless given
   * @param files what files held as another gateway had read them, in the place of what they hold now
   */
  reload(config?: string | object, files?: FileContents): Promise<ReloadOutcome>;
  /**
   * Says that it is not ready any more, waits `service.shutdown_delay`, stops taking in data, delivers what is on its way
   * (at most `service.drain_timeout`), and closes everything. May come twice.
   */
  shutdown(): Promise<void>;
}

/**
 * Starts a gateway. Resolves when it takes in data; nothing stays open if it can't.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `CONFIG_INVALID`, `CONFIG_UNREDACTED`, `LISTEN_FAILED`,
 *   `ENGINE_UNAVAILABLE`, `STORE_UNUSABLE` for the spool, `PROCESS_SHARED` where a reveal service runs in this process, and what `@scrim/policy` finds wrong with a policy
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
 *       pipelines: {
 *         logs: { receivers: ["otlp"], processors: ["policy"], exporters: ["debug"], ack: "delivered" },
 *       },
 *     },
 *   },
 * });
 * await gateway.shutdown();
 * ```
 */
export async function startGateway(options: GatewayOptions = {}): Promise<Gateway> {
  const leaveRole = takeProcessRole("gateway");
  try {
    const gateway = await RunningGateway.start({
      log: new OwnLog(NAME, (line) => console.error(line)),
      print: printToStdout,
      ...options,
    });
    return {
      get endpoints() {
        return gateway.endpoints;
      },
      get metricsUrl() {
        return gateway.metricsUrl;
      },
      spoolDirectory: gateway.spoolDirectory,
      spool: gateway.spool,
      metrics: gateway.metrics,
      get files() {
        return gateway.files;
      },
      log: gateway.log,
      reload: (config, files) => gateway.reload(config, files),
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

/** Of several that write to one place, each says which it is. */
const NAME = workerIndex() === undefined ? "gateway" : `gateway[${workerIndex()}]`;

function printToStdout(text: string): void {
  process.stdout.write(text);
}
