import {
  createBatch,
  type Exporter,
  type ExportResult,
  type ExtensionContext,
  parseSection,
  type ServiceConfig,
  troubleLog,
} from "@scrim/pipeline";
import { otlpHttpExporter } from "../exporters/otlphttp/otlphttp-exporter.ts";

/** Where the gateway sends what it tells about itself. */
type OwnDestination =
  ServiceConfig["telemetry"]["metrics"]["readers"][number]["periodic"]["exporter"]["otlp"];

/** An endpoint with a path is used as it is. @throws {OperatingError} `CONFIG_INVALID` */
async function createOwnExporter(
  signal: "metrics" | "traces",
  { endpoint, headers, tls }: OwnDestination,
  context: ExtensionContext,
): Promise<Exporter> {
  const hasPath = !["/", undefined].includes(URL.parse(endpoint)?.pathname);
  const target = hasPath ? { [`${signal}_endpoint`]: endpoint } : { endpoint };
  const config = parseSection(otlpHttpExporter.configSchema, { ...target, headers, tls }, context.path);
  return await otlpHttpExporter.create(config, { ...context, signals: [signal] });
}

/** Sends what the gateway tells about itself, and says in the log when that begins to fail, and when it no longer does. */
export interface OwnSender {
  /** One request, which ends within the time. */
  send(bytes: Buffer, timeLeftMs: number): Promise<ExportResult>;
  /** Cuts what is on its way. */
  close(): void | Promise<void>;
}

/** @throws {OperatingError} `CONFIG_INVALID` */
export async function createOwnSender(
  signal: "metrics" | "traces",
  what: string,
  destination: OwnDestination,
  context: ExtensionContext,
): Promise<OwnSender> {
  const exporter = await createOwnExporter(signal, destination, context);
  const logTrouble = troubleLog(`${context.path}: ${what}`, context.log);
  return {
    async send(bytes, timeLeftMs) {
      const time_left_ms = Math.ceil(timeLeftMs); // timers take whole ones alone
      const batch = createBatch(signal, bytes, { address: undefined });
      const result = await exporter.export(batch, {
        time_left_ms,
        signal: AbortSignal.timeout(time_left_ms),
      });
      if (result.status === "failed") logTrouble(result.reason, result.detail);
      else logTrouble("");
      return result;
    },
    close: () => exporter.shutdown?.(),
  };
}
