import * as api from "@opentelemetry/api";

/** Where `@opentelemetry/api-logs` looks for what is registered: a function of the protocol's version that returns a logger provider. */
const API_LOGS = Symbol.for("io.opentelemetry.js.api.logs");

/** The one version of that protocol that there is. Of others a caller gets nothing, and falls back to loggers that do nothing. */
const PROTOCOL_VERSION = 1;

type LoggerProviderGetter = (version: number) => unknown;

const globals = globalThis as { [API_LOGS]?: LoggerProviderGetter };

/** What {@link bridgeApiLogs} found and did. */
export interface ApiLogsBridge {
  /**
   * - `bridged`: loggers of `@opentelemetry/api-logs` lead to the provider that is registered in `@opentelemetry/api`
   * - `taken`: another provider is registered in `@opentelemetry/api-logs`, and stays; its records don't pass here
   * - `not_needed`: `@opentelemetry/api` is older than 1.10, and the SDK registers itself in `@opentelemetry/api-logs`
   */
  readonly state: "bridged" | "taken" | "not_needed";
  /** Takes the bridge away. Loggers that were handed out before go on. */
  readonly remove: () => void;
}

/**
 * Keeps loggers of `@opentelemetry/api-logs` alive under an SDK of the 3.x line, which registers itself in `@opentelemetry/api`
 * alone: transports and instrumentations that still ask the old package would log into nothing. May be called before the SDK is
 * registered, and again; must be called before they ask for their loggers.
 *
 * @example
 * ```ts
 * import { bridgeApiLogs } from "@scrim/otel";
 * console.log(bridgeApiLogs().state); // bridged
 * ```
 */
export function bridgeApiLogs(): ApiLogsBridge {
  if (!("logs" in api)) return { state: "not_needed", remove };
  globals[API_LOGS] ??= registeredProvider;
  const leadsHere = globals[API_LOGS](PROTOCOL_VERSION) === registeredProvider(PROTOCOL_VERSION);
  return { state: leadsHere ? "bridged" : "taken", remove };
}

/** Before an SDK is registered this is the api's own stand-in, whose loggers come to life when one is. */
function registeredProvider(version: number): unknown {
  return version === PROTOCOL_VERSION ? api.logs.getLoggerProvider() : undefined;
}

function remove(): void {
  if (globals[API_LOGS] === registeredProvider) delete globals[API_LOGS];
}
