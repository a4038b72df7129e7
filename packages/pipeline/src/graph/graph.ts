import { OperatingError } from "@scrim/errors";
import type { Signal } from "@scrim/wire";
import type {
  Authenticator,
  Consumer,
  Exporter,
  Extension,
  Keeper,
  PipelineOutline,
  Processor,
  Receiver,
} from "../component.ts";
import type { ConfigFiles } from "../files/config-files.ts";
import type { Outcome } from "../outcome.ts";
import type { Kind } from "./component-table.ts";
import type { Sends } from "./connect.ts";
import type { AnyPlanned, GraphPlan } from "./plan-graph.ts";
import type { PipelineRunner } from "./run-pipeline.ts";

export interface Instances {
  readonly receiver: Receiver;
  readonly processor: Processor;
  readonly exporter: Exporter;
  readonly extension: Extension;
}

/** A component that was made. One that stays over a reload is in several graphs. */
export interface Made<K extends Kind = Kind> {
  readonly id: string;
  readonly path: string;
  readonly planned: AnyPlanned;
  readonly instance: Instances[K];
  readonly signals: readonly Signal[];
  /** The pipelines that it stands in. */
  readonly pipelines: readonly string[];
  /** What it was made from besides its configuration. */
  readonly files: ConfigFiles;
  readonly home: Home;
}

/** Where a component finds what it is connected with, whatever graph is in force. */
export interface Home {
  /** The newest graph that the component is in; undefined while that is being made. */
  graph: Graph | undefined;
  /** Signals whose kept items it asked to let go of. */
  readonly keeps: Set<Signal>;
  /** The authenticators it asked for, by id, with the key that names each. */
  readonly authenticators: Map<string, string>;
}

/** A batch came for a signal that its receiver no longer has a pipeline for: after a retry the client is told so. */
const GONE: Outcome = { status: "failed", retryable: true, reason: "internal", retry_after_ms: 0 };

export interface GraphParts {
  readonly plan: GraphPlan;
  readonly extensions: readonly Made<"extension">[];
  readonly exporters: readonly Made<"exporter">[];
  readonly processors: readonly Made<"processor">[];
  readonly receivers: readonly Made<"receiver">[];
  readonly sends: Sends;
  readonly runners: ReadonlyMap<string, PipelineRunner>;
  /** By receiver's path and signal. */
  readonly consumers: ReadonlyMap<string, Consumer>;
}

/**
 * The components of one configuration, connected. A batch goes its whole way in the graph that it began with, and the
 * graph knows how many are on their way.
 */
export class Graph {
  readonly parts: GraphParts;
  #inFlight = 0;
  #idle: (() => void)[] = [];

  constructor(parts: GraphParts) {
    this.parts = parts;
  }

  /** In the order in which they start. */
  get components(): readonly Made[] {
    const { extensions, exporters, processors, receivers } = this.parts;
    return [...extensions, ...exporters, ...processors, ...receivers];
  }

  async consume(receiver: string, signal: Signal, ...batch: Parameters<Consumer>): Promise<Outcome> {
    const consumer = this.parts.consumers.get(consumerKey(receiver, signal));
    return consumer === undefined ? GONE : await this.#track(() => consumer(...batch));
  }

  /** What a processor may do with what it kept. It stands in one pipeline of the signal. */
  keeper(processor: string, signal: Signal): Keeper {
    const pipeline = this.parts.plan.pipelines.find(
      (one) => one.signal === signal && one.processors.some(({ path }) => path === processor),
    )!;
    const index = pipeline.processors.findIndex(({ path }) => path === processor);
    const keeper = this.parts.runners.get(pipeline.id)!.keeper(index);
    return { ...keeper, release: (batch) => this.#track(() => keeper.release(batch)) };
  }

  authenticator(id: string, path: string): Authenticator {
    return findAuthenticator(this.parts.extensions, id, path);
  }

  outline(): readonly PipelineOutline[] {
    const ids = (components: readonly { readonly id: string }[]) => components.map(({ id }) => id);
    return this.parts.plan.pipelines.map(({ id, receivers, processors, exporters, unredacted }) => ({
      id,
      receivers: ids(receivers),
      processors: ids(processors),
      exporters: ids(exporters),
      unredacted,
    }));
  }

  /** Resolves when no batch is on its way in it. */
  idle(): Promise<void> {
    return this.#inFlight === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  async #track(travel: () => Promise<Outcome>): Promise<Outcome> {
    this.#inFlight++;
    try {
      return await travel();
    } finally {
      this.#inFlight--;
      if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve();
    }
  }
}

export function consumerKey(receiver: string, signal: Signal): string {
  return `${receiver} ${signal}`;
}

/** @throws {OperatingError} `CONFIG_INVALID` where no extension of this id tells who clients are */
export function findAuthenticator(
  extensions: readonly Made<"extension">[],
  id: string,
  path: string,
): Authenticator {
  const found = extensions.find((extension) => extension.id === id)?.instance.authenticator;
  if (found !== undefined) return found;
  throw new OperatingError("CONFIG_INVALID", `no extension "${id}" that tells who clients are`, {
    path,
    hint: "configure it under extensions, and list it in service.extensions",
  });
}
