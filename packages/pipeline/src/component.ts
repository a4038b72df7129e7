import type { X509Certificate } from "node:crypto";
import type { Signal } from "@scrim/wire";
import type { z } from "zod";
import type { Batch, ClientIdentity, Processed } from "./batch.ts";
import type { RetryOnFailure } from "./delivery/retry.ts";
import type { SendingQueue } from "./delivery/sending-queue.ts";
import type { FileContent } from "./files/file-content.ts";
import type { Log } from "./log.ts";
import type { Outcome } from "./outcome.ts";
import type { MetricRegistry } from "./telemetry/metric-registry.ts";
import type { Tracer } from "./telemetry/tracer.ts";

/** What every component is given when it is made. */
export interface ComponentContext {
  /** As the configuration names it: `policy`, `otlp_http/backup`. */
  readonly id: string;
  /** Where its configuration stands: `exporters.otlp_http/backup`. For errors at start. */
  readonly path: string;
  /** The signals of the pipelines that use it; none for extensions. */
  readonly signals: readonly Signal[];
  /** The folder that relative file names in the configuration start from. */
  readonly baseDir: string;
  readonly log: Log;
  readonly metrics: MetricRegistry;
  /** Writes to the terminal, for components whose purpose that is. */
  readonly print: (text: string) => void;
  /**
   * Reads a file that the component is made from: a policy, a key. When it holds something else, a reload makes the component
   * anew; until then what it held here is in force, in every worker process.
   *
   * @param file an absolute path
   * @throws {RangeError} where it holds more than `bytesMax`; what `node:fs` throws where it can't be read
   */
  readFile(file: string, bytesMax: number): FileContent;
  /**
   * Says, before it is read, that the component is made from this file, and looks by itself whether it has changed: a
   * certificate. As with {@link readFile} a reload makes it anew then. Not for files that are read each time.
   *
   * @param file an absolute path
   */
  dependsOn(file: string): void;
}

/** A component that may hold files or sockets. Errors in `start` stop the gateway's start. */
export interface LifeCycle {
  start?(): void | Promise<void>;
  /**
   * May come twice, and without a `start` before it. Resolves when nothing is open any more.
   *
   * @param graceMs how long what is on its way may still take
   */
  shutdown?(graceMs?: number): void | Promise<void>;
}

/**
 * What a component may offer so that it stays when the configuration changes, with its connections and whatever else would
 * be lost. Components without it are made anew where their own configuration, their signals or a file they are made
 * from changed: the old one serves the batches that are on their way in it, and is then shut down.
 */
export interface Reloadable<Configuration, Context> {
  /**
   * Prepares everything that can fail, while the present configuration stays in force. Returns what puts the new one into
   * force: it can't fail, takes no time, and may never be called, since something else in the new configuration may
   * be wrong; so nothing is opened that would have to be closed then. Resolves with undefined where only a new
   * instance will do.
   *
   * The context is a new one; authenticators that are asked for by it are those of the new configuration.
   *
   * @throws {OperatingError} and all stays as it is
   */
  reload?(config: Configuration, context: Context): Promise<(() => void) | undefined>;
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

/** Brings batches to one destination. When to try again, how much at once and in which order isn't its business. */
export interface Exporter extends LifeCycle {
  /**
   * Makes one attempt. Resolves when the destination has the batch for good, or this attempt can't bring it there. The
   * batch is shared and must not be written to. An exporter may be asked for several batches at once.
   *
   * An `OperatingError` thrown here says that the batch itself is at fault: it won't be tried again. Any other error
   * counts as a failure that is worth another attempt.
   */
  export(batch: Batch, attempt: Attempt): ExportResult | Promise<ExportResult>;
  /** How its batches are to be queued, split and tried again. Undefined for a destination that needs nothing special. */
  readonly delivery?: DeliverySettings;
  /**
   * Names where its batches go, never shown. What a reload puts in the place of an exporter and goes to the same place leaves that
   * alone for as long as it asked. Undefined for a place that never asks.
   */
  readonly goesTo?: string;
}

/** One try at bringing a batch to its destination. */
export interface Attempt {
  /** How long it may take; more than 0, and never endless. */
  readonly time_left_ms: number;
  /** Aborts as soon as nobody waits for the result: the time is up, or the gateway closes. */
  readonly signal: AbortSignal;
  /**
   * The same at each attempt at sending the same items, also after a restart, and never at that of others; made of no data.
   * Undefined where they come from no queue: then the client may send them again, and nobody would know.
   */
  readonly request_id?: string | undefined;
}

/** The part of an exporter's configuration that is about queues and attempts. */
export interface DeliverySettings {
  readonly retry_on_failure: RetryOnFailure;
  readonly sending_queue: SendingQueue;
  /** The largest request that the destination takes, before compression. What is larger is split by item. */
  readonly request_bytes_max?: number;
}

export type ExportResult =
  /** `rejected`: items that the destination refused in a partial success. */
  { readonly status: "delivered"; readonly rejected: number } | ExportFailure;

export interface ExportFailure {
  readonly status: "failed";
  /** Whether the same batch may succeed later. */
  readonly retryable: boolean;
  /** For the metric: a word or three of lower-case snake case, from a fixed table of the exporter's. */
  readonly reason: string;
  /** For the log, of fixed words: which error of the system's it was, as `ECONNREFUSED`, or which status, as `HTTP 401`. No text of the destination's. */
  readonly detail?: string;
  /** How long the destination asked to be left alone. */
  readonly retry_after_ms?: number;
}

/** A component that the world can reach, and ask whether the gateway is ready. */
export interface Serving extends LifeCycle {
  /** The addresses it serves, once started, by protocol: `{ http: "127.0.0.1:4318" }`. */
  endpoints?(): Readonly<Record<string, string>>;
  /** True once every component has started; false as soon as the gateway begins to shut down, and is still to be served for a while. */
  ready?(ready: boolean): void;
}

/** Takes batches from the world into pipelines. */
export interface Receiver extends Serving {}

/** Something beside the pipelines: a health page, a control plane. */
export interface Extension extends Serving {
  /** Where receivers may ask it who their clients are. */
  readonly authenticator?: Authenticator;
}

/** A pipeline in force, as the ids of what it is made of. */
export interface PipelineOutline {
  readonly id: string;
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
  readonly unredacted: boolean;
}

export interface ExtensionContext extends ComponentContext {
  /** The pipelines that are in force whenever it asks. Not while it is being made. */
  pipelines(): readonly PipelineOutline[];
  /** The configuration that is in force, in YAML, without secrets. */
  shownConfig(): string;
  /** Who wants spans of the gateway itself says so here. */
  readonly tracer: Tracer;
}

/** Takes a batch to every pipeline that reads from the receiver, and says what the client should be told. */
export type Consumer = (batch: Batch, transport: string) => Promise<Outcome>;

export interface ReceiverContext extends ComponentContext {
  /**
   * Undefined where no pipeline of this signal reads from the receiver. It may be called for as long as the receiver
   * lives: after a reload it leads into the new pipelines.
   */
  consumerOf(signal: Signal): Consumer | undefined;
  /**
   * The authenticator that an extension is.
   *
   * @param path the key that names it, for the error
   * @throws {OperatingError} `CONFIG_INVALID` where no such extension is enabled, or it is none
   */
  authenticator(id: string, path: string): Authenticator;
}

/** What a client shows of itself, before anything of its request's body is read. */
export interface Credentials {
  /** Every value of the `Authorization` header, as sent. */
  readonly authorization: readonly string[];
  /** The client's certificate, where TLS has verified one. */
  readonly certificate: X509Certificate | undefined;
  readonly address: string | undefined;
}

export type Authentication =
  | { readonly status: "known"; readonly identity: ClientIdentity }
  /** Nothing was shown, or nothing that holds: 401. `challenge` goes into `WWW-Authenticate`. */
  | { readonly status: "unknown"; readonly challenge: string }
  /** It is known who it is, and that it may not: 403. */
  | { readonly status: "forbidden" };

/** An extension that tells who a client is. It compares in constant time. A throw means that it can't be told now: 503. */
export interface Authenticator {
  authenticate(credentials: Credentials): Authentication | Promise<Authentication>;
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

type MaybePromise<T> = T | Promise<T>;

interface Definition<Kind extends string, Instance, Context extends ComponentContext, Configuration> {
  readonly kind: Kind;
  /** The name in configuration: `policy`, `otlp_http`. */
  readonly type: string;
  /** Further names, which mean the same: those that the Collector had before. */
  readonly aliases?: readonly string[];
  /** One line, for the reference. */
  readonly description: string;
  readonly configSchema: z.ZodType<Configuration>;
  /** Checks what the schema can't and prepares; opens nothing. @throws {OperatingError} and so stops the start */
  create(
    config: Configuration,
    context: Context,
  ): MaybePromise<Instance & Reloadable<Configuration, Context>>;
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
  ExtensionContext,
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
