import {
  createBatch,
  type ExporterDefinition,
  type ExportResult,
  MetricRegistry,
  parseSection,
  readFileContent,
} from "@scrim/pipeline";
import { SIGNALS, type Signal } from "@scrim/wire";
import { requestProto } from "./otlp.ts";

/** An exporter by itself, one attempt after the other. */
export interface TestExporter {
  attempt(request?: {
    signal?: Signal;
    bytes?: Buffer;
    timeLeftMs?: number;
    aborted?: AbortSignal;
  }): Promise<ExportResult>;
  readonly metrics: MetricRegistry;
  readonly warnings: readonly string[];
  shutdown(): Promise<void>;
}

/** Longer than any test waits for what should come. */
const TIME_LEFT_MS = 30_000;

export async function startTestExporter<Configuration>(
  definition: ExporterDefinition<Configuration>,
  config: object,
  baseDir = "/",
): Promise<TestExporter> {
  const metrics = new MetricRegistry();
  const warnings: string[] = [];
  const path = `exporters.${definition.type}`;
  const exporter = await definition.create(parseSection(definition.configSchema, config, path), {
    id: definition.type,
    path,
    signals: SIGNALS,
    baseDir,
    log: { info: () => {}, warn: (message) => warnings.push(message) },
    metrics,
    print: () => {},
    readFile: readFileContent,
    dependsOn: () => {},
  });
  await exporter.start?.();
  return {
    metrics,
    warnings,
    async attempt({
      signal = "logs",
      bytes = requestProto(signal),
      timeLeftMs = TIME_LEFT_MS,
      aborted,
    } = {}) {
      return await exporter.export(createBatch(signal, bytes, { address: undefined }), {
        time_left_ms: timeLeftMs,
        signal: aborted ?? new AbortController().signal,
      });
    },
    async shutdown() {
      await exporter.shutdown?.();
    },
  };
}
