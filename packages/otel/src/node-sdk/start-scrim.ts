import { DiagLogLevel, diag, metrics } from "@opentelemetry/api";
import { OperatingError } from "@scrim/errors";
import { bridgeApiLogs } from "../bridge-api-logs.ts";
import { tellLeft } from "../loggers/instrumentation-like.ts";
import { BYPASS_METRIC } from "../redaction-metrics.ts";
import { type RedactionSetup, setUpRedaction } from "../redaction-options.ts";
import {
  createGrpcTokenInstrumentation,
  type InstrumentationPackage,
} from "../verbose/grpc-instrumentation.ts";
import { createTokenHooks } from "../verbose/token-hooks.ts";
import { redactBuiltProvider } from "./built-providers.ts";
import { type Capture, captureFromEnvironment } from "./capture-from-environment.ts";
import { isTrue, listOf, textOf } from "./environment.ts";
import { GlobalProviders } from "./global-providers.ts";
import { registerModuleHooks } from "./module-hooks.ts";
import { loadOptional, placesOfApplication, SdkPackages } from "./sdk-packages.ts";
import { policyFromEnvironment, withScrim } from "./with-scrim.ts";

/** How long a process that is told to end waits for its telemetry to leave. */
const SHUTDOWN_MS = 5_000;

interface RunningSdk {
  shutdown(): Promise<void>;
}

interface SdkNode {
  readonly NodeSDK: new (options: object) => RunningSdk & { start(): void };
  /** Its name in the newer major, and in the older one. */
  readonly startNodeSdk?: (options: object) => RunningSdk;
  readonly startNodeSDK?: (options: object) => RunningSdk;
}

interface AutoInstrumentations {
  getNodeAutoInstrumentations(config: Readonly<Record<string, object>>): unknown[];
}

interface ConsoleInstrumentations {
  readonly ConsoleInstrumentation: new () => unknown;
}

/**
 * Starts the OpenTelemetry SDK of the application, by `OTEL_*` or by the file of `OTEL_CONFIG_FILE`, with everything that leaves
 * redacted by the policy of `SCRIM_POLICY_FILE`. Where that can't be done no telemetry leaves, which one line on standard error
 * says; with `SCRIM_STRICT=1` the process ends then.
 */
export function startScrim(): void {
  if (isTrue("OTEL_SDK_DISABLED")) return;
  setDiagLogger();
  let globals: GlobalProviders | undefined;
  try {
    const sdk = new SdkPackages();
    const setup = setUpRedaction({ policy: policyFromEnvironment() });
    globals = new GlobalProviders(apisOf(sdk), warnOfBypass);
    bridgeApiLogs();
    stopAtTheEnd(start(sdk, setup, globals));
    reportBypass(globals);
  } catch (error) {
    void globals?.remove();
    failClosed(error);
  }
}

function start(sdk: SdkPackages, setup: RedactionSetup, globals: GlobalProviders): RunningSdk {
  const { NodeSDK, startNodeSdk, startNodeSDK } = sdk.loadNode<SdkNode>();
  const capture = captureFromEnvironment();
  const instrumentations = instrumentationsOf(sdk, capture);
  let running: RunningSdk | undefined;
  if (textOf("OTEL_CONFIG_FILE") === undefined) {
    const node = new NodeSDK(withScrim({ instrumentations }, { ...setup, capture }));
    globals.adopt(
      () => node.start(),
      () => {},
    );
    return { shutdown: async () => void (await Promise.all([node.shutdown(), capture?.close()])) };
  }
  if (capture !== undefined) {
    throw new OperatingError(
      "CONFIG_INVALID",
      "verbose capture needs a sampler, which a configuration file can't be given",
      {
        path: "OTEL_CONFIG_FILE",
        hint: "unset it and use OTEL_* variables, or unset SCRIM_GRANTS_URL and SCRIM_GRANTS_FILE",
      },
    );
  }
  const startFromFile = startNodeSdk ?? startNodeSDK;
  if (startFromFile === undefined) {
    throw new OperatingError(
      "SDK_UNKNOWN",
      "this version of the OpenTelemetry SDK reads no configuration file",
      {
        path: "OTEL_CONFIG_FILE",
        hint: "npm install @opentelemetry/sdk-node@latest, or use OTEL_* variables",
      },
    );
  }
  globals.adopt(
    () => {
      running = startFromFile({ instrumentations });
    },
    (kind, provider) => redactBuiltProvider(kind, provider, setup),
  );
  return running!;
}

/**
 * Our own warnings are for people, so they are shown where nobody asked for a level. The SDK's are not, as without us: they quote names of
 * spans and metrics, and errors.
 */
function setDiagLogger(): void {
  if (textOf("OTEL_LOG_LEVEL") !== undefined || textOf("OTEL_CONFIG_FILE") !== undefined) return;
  const showOwn = (message: string) => {
    if (message.startsWith("scrim: ")) console.error(message);
  };
  const nothing = () => {};
  const logger = { error: showOwn, warn: showOwn, info: nothing, debug: nothing, verbose: nothing };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}

function apisOf(sdk: SdkPackages): readonly Record<string, unknown>[] {
  const api = sdk.load<Record<string, unknown>>("@opentelemetry/api");
  if (api.logs !== undefined) return [api];
  return [api, sdk.load<Record<string, unknown>>("@opentelemetry/api-logs")]; // the older major
}

/** `withScrim`, which gets them, puts gates in front of the loggers among them where there is a capture. */
function instrumentationsOf(sdk: SdkPackages, capture: Capture | undefined): unknown[] {
  const ofConsole = capture === undefined ? [] : consoleInstrumentations();
  const auto = loadOptional<AutoInstrumentations>("@opentelemetry/auto-instrumentations-node");
  if (auto === undefined) return ofConsole;
  registerModuleHooks(sdk);
  if (capture === undefined) return auto.getNodeAutoInstrumentations({});
  const { http, undici } = createTokenHooks(capture);
  const grpc = createGrpcTokenInstrumentation(
    sdk.load<InstrumentationPackage>("@opentelemetry/instrumentation"),
    capture,
  );
  const hooked = auto.getNodeAutoInstrumentations({
    "@opentelemetry/instrumentation-http": { requestHook: http },
    "@opentelemetry/instrumentation-undici": { requestHook: undici },
  });
  return [grpc, ...hooked, ...ofConsole];
}

/** `auto-instrumentations-node` has none of the console: it is taken where the application has it, and its variables hold for it too. */
function consoleInstrumentations(): unknown[] {
  const enabled = listOf("OTEL_NODE_ENABLED_INSTRUMENTATIONS");
  const isLeftOut = enabled.length > 0 && !enabled.includes("console");
  if (isLeftOut || listOf("OTEL_NODE_DISABLED_INSTRUMENTATIONS").includes("console")) return [];
  try {
    const name = "@opentelemetry/instrumentation-console";
    const installed = loadOptional<ConsoleInstrumentations>(name, placesOfApplication());
    return installed === undefined ? [] : [new installed.ConsoleInstrumentation()];
  } catch (error) {
    tellLeft("the console", "its instrumentation can't be loaded", error);
    return [];
  }
}

function warnOfBypass(): void {
  diag.warn(
    "scrim: the application registers an OpenTelemetry provider of its own. What goes through that one is not redacted: remove it, or build it with withScrim()",
  );
}

/** `scrim.bypass`: 1 where telemetry may go past redaction. */
function reportBypass(globals: GlobalProviders): void {
  const { name, unit, description } = BYPASS_METRIC;
  const gauge = metrics.getMeter("@scrim/otel").createObservableGauge(name, { unit, description });
  gauge.addCallback((result) => result.observe(globals.isBypassed() ? 1 : 0));
}

/** Telemetry leaves before the process does. A signal ends it as it would have without us. */
function stopAtTheEnd(running: RunningSdk): void {
  const stop = () => {
    const timeout = new Promise((resolve) => setTimeout(resolve, SHUTDOWN_MS).unref());
    return Promise.race([running.shutdown().catch(() => {}), timeout]);
  };
  process.once("beforeExit", stop);
  process.once("SIGTERM", async () => {
    const isOnly = process.listenerCount("SIGTERM") === 0;
    await stop();
    if (isOnly) process.kill(process.pid, "SIGTERM");
  });
}

function failClosed(error: unknown): void {
  console.error(`scrim: error: no telemetry leaves this process: ${reasonOf(error)}`);
  if (process.env.SCRIM_STRICT === "1") process.exit(1);
}

/** Errors of others may quote what is in the environment. */
function reasonOf(error: unknown): string {
  if (error instanceof OperatingError) {
    return error.hint === undefined ? error.line : `${error.line}; ${error.hint}`;
  }
  diag.debug("scrim: the error in full", error);
  return `the OpenTelemetry SDK did not start (${error instanceof Error ? error.name : typeof error}); OTEL_LOG_LEVEL=debug shows why`;
}
