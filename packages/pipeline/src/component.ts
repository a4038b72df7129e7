import type { Signal } from "@scrim/wire";
import type { z } from "zod";
import type { Batch, Processed } from "./batch.ts";
import type { Log } from "./log.ts";
import type { Outcome } from "./outcome.ts";
import type { MetricRegistry } from "./telemetry/metric-registry.ts";

/** What every component is given when it is made. */
export interface ComponentContext {
  /** As the configuration names it: `policy`, `otlphttp/backup`. */
  readonly id: string;
  /** Where its configuration stands: `exporters.otlphttp/backup`. For errors at start. */
  readonly path: string;
  /** The signals of the pipelines that use it; none for extensions. */
  readonly signals: readonly Signal[];
  /** The folder that relative file names in the configuration start from. */
  readonly baseDir: string;
  readonly log: Log;
  readonly metrics: MetricRegistry;
  /** Writes to the terminal, for components whose purpose that is. */
  readonly print: (text: string) => void;
}

/** A component that may hold files or sockets. Errors in `start` stop the gateway's start. */
export interface LifeCycle {
  start?(): void | Promise<void>;
  /** May come twice, and without a `start` before it. Resolves when nothing is open any more. */
  shutdown?(): void | Promise<void>;
}

/**
 * Looks at batches on their way, and changes or drops them. One instance serves every pipeline that names it.
 *
 * Errors thrown here never reach other batches: an `OperatingError` says that the batch itself is at fault, and
 * the client is told so; anything else is taken as a passing fault, and the client is asked to try again.
 */
export interface Processor extends LifeCycle {
  /**
   * Returns the batch itself, another one, `Dropped` or `Sifted`. The batch is shared and must not be written to. A new
   * one with fewer items means that the rest was filtered out: counted, but the client isn't told. `Sifted` says why
   * they were, and what the processor keeps. `Dropped` tells the client.
   */
  process(batch: Batch): Processed | Promise<Processed>;
}

/** Brings batches to one destination. */
export interface Exporter extends LifeCycle {
  /**
   * Resolves when the destination has the batch for good, or won't get it. The batch is shared and must not be
   * written to. An exporter may be asked for several batches at once. An error thrown here counts as a failure
   * that is worth a retry.
   */
  export(batch: Batch): ExportResult | Promise<ExportResult>;
}

export type ExportResult =
  /** `rejected`: items that the destination refused in a partial success. */
  { readonly status: "delivered"; readonly rejected: number } | ExportFailure;

export interface ExportFailure {
  readonly status: "failed";
  /** Whether the same batch may succeed later. */
  readonly retryable: boolean;
  /** For the metric: from a fixed table of the exporter's. */
  readonly reason: string;
  /** How long the destination asked to be left alone. */
  readonly retry_after_ms?: number;
}

/** Takes batches from the world into pipelines. */
export interface Receiver extends LifeCycle {
  /** The addresses it serves, once started, by protocol: `{ http: "127.0.0.1:4318" }`. */
  endpoints?(): Readonly<Record<string, string>>;
}

/** Something beside the pipelines: a health page, a control plane. */
export interface Extension extends LifeCycle {
  endpoints?(): Readonly<Record<string, string>>;
  /** True once every component has started; false as soon as the gateway begins to shut down. */
  ready?(ready: boolean): void;
}

/** Takes a batch to every pipeline that reads from the receiver, and says what the client should be told. */
export type Consumer = (batch: Batch, transport: string) => Promise<Outcome>;

export interface ReceiverContext extends ComponentContext {
  /** Undefined where no pipeline of this signal reads from the receiver. */
  consumerOf(signal: Signal): Consumer | undefined;
}

/** How a processor that keeps items lets go of them, so that each is still counted where it ends. */
export interface Keeper {
  /**
   * Sends kept items on to what stands behind the processor. Where they are not delivered, they count as kept as before;
   * the processor may try again.
   */
  release(batch: Batch): Promise<Outcome>;
  /** Gives up kept items. */
  drop(items: number, reason: string): void;
}

export interface ProcessorContext extends ComponentContext {
  /**
   * For a processor that keeps items of a signal. Undefined where no pipeline of this signal uses it.
   *
   * @throws {OperatingError} `CONFIG_INVALID` where several pipelines of this signal use it: kept items belong to one
   */
  keeperOf(signal: Signal): Keeper | undefined;
}

interface Definition<Kind extends string, Instance, Context extends ComponentContext, Configuration> {
  readonly kind: Kind;
  /** The name in configuration: `policy`, `otlphttp`. */
  readonly type: string;
  /** One line, for the reference. */
  readonly description: string;
  readonly configSchema: z.ZodType<Configuration>;
  /** Checks what the schema can't and prepares; opens nothing. @throws {OperatingError} and so stops the start */
  create(config: Configuration, context: Context): Instance | Promise<Instance>;
}

export type ReceiverDefinition<Configuration = unknown> = Definition<
  "receiver",
  Receiver,
  ReceiverContext,
  Configuration
>;

export interface ProcessorDefinition<Configuration = unknown>
  extends Definition<"processor", Processor, ProcessorContext, Configuration> {
  readonly capabilities: {
    /**
     * Whether records may leave it with text that was not in them: a looked-up name, a decoded value, a constant
     * from configuration. Only processors that never do (`false`) may stand behind `policy`.
     */
    readonly adds_text: boolean;
  };
}

export type ExporterDefinition<Configuration = unknown> = Definition<
  "exporter",
  Exporter,
  ComponentContext,
  Configuration
>;

export type ExtensionDefinition<Configuration = unknown> = Definition<
  "extension",
  Extension,
  ComponentContext,
  Configuration
>;

/** Anything a configuration can name. */
export type Component = ReceiverDefinition | ProcessorDefinition | ExporterDefinition | ExtensionDefinition;

/** A receiver, with the type of its configuration taken from the schema. */
export function defineReceiver<Configuration>(
  definition: Omit<ReceiverDefinition<Configuration>, "kind">,
): ReceiverDefinition<Configuration> {
  return { kind: "receiver", ...definition };
}

/**
 * A processor, with the type of its configuration taken from the schema.
 *
 * @example
 * ```ts
 * import { defineProcessor } from "@scrim/pipeline";
 * import { z } from "zod";
 *
 * export default defineProcessor({
 *   type: "pause",
 *   description: "Drops everything while `paused` is set.",
 *   configSchema: z.strictObject({ paused: z.boolean().default(false) }),
 *   capabilities: { adds_text: false },
 *   create: ({ paused }) => ({
 *     process: (batch) => (paused ? { reason: "paused" } : batch),
 *   }),
 * });
 * ```
 */
export function defineProcessor<Configuration>(
  definition: Omit<ProcessorDefinition<Configuration>, "kind">,
): ProcessorDefinition<Configuration> {
  return { kind: "processor", ...definition };
}

/** An exporter, with the type of its configuration taken from the schema. */
export function defineExporter<Configuration>(
  definition: Omit<ExporterDefinition<Configuration>, "kind">,
): ExporterDefinition<Configuration> {
  return { kind: "exporter", ...definition };
}

/** An extension, with the type of its configuration taken from the schema. */
export function defineExtension<Configuration>(
  definition: Omit<ExtensionDefinition<Configuration>, "kind">,
): ExtensionDefinition<Configuration> {
  return { kind: "extension", ...definition };
}
