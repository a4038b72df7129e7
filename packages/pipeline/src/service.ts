import { OperatingError } from "@scrim/errors";
import type { Serving } from "./component.ts";
import { REAL_CLOCK } from "./delivery/clock.ts";
import { Deliveries } from "./delivery/deliveries.ts";
import type { ConfigFiles } from "./files/config-files.ts";
import { type BuildContext, buildGraph, type NextGraph, type ServiceContext } from "./graph/build-graph.ts";
import { explained } from "./graph/explained.ts";
import type { Graph, Made } from "./graph/graph.ts";
import type { GraphPlan } from "./graph/plan-graph.ts";
import type { MetricRegistry } from "./telemetry/metric-registry.ts";
import { PIPELINE_UNREDACTED } from "./telemetry/pipeline-metrics.ts";
import { Tracer } from "./telemetry/tracer.ts";

/** A graph whose components are made; see {@link buildService}. */
export interface Service {
  /**
   * Opens extensions, then exporters, processors and receivers, so that nothing is taken in that can't go out. If
   * one fails, what was started is shut down again.
   *
   * @throws {OperatingError} of the component that failed
   */
  start(): Promise<void>;
  /**
   * Puts another graph into force: makes and starts what is new in it, then, at one moment between two batches, lets
   * all that comes from now on go through it. Components that nothing changed for stay as they are. Those that have gone
   * are shut down after their last batch, which may be after this has resolved. To be called one at a time.
   *
   * @param files where components find what they are made from; the disk unless given
   * @returns whether anything changed
   * @throws {OperatingError} of the component that can't be made or started; the present graph then stays in force
   */
  reload(plan: GraphPlan, files?: ConfigFiles): Promise<boolean>;
  /** Files that components in force were made from, of each component. */
  files(): readonly ConfigFiles[];
  /** From now on receivers and extensions say that the gateway is about to go. May come twice. */
  leave(): void;
  /**
   * Receivers first, so that what is on its way arrives, from the queue in memory too; then the others. May come twice.
   *
   * @param graceMs how long what is on its way may take in all
   */
  shutdown(graceMs?: number): Promise<void>;
  /** What is served where, by component and protocol: `{ "receivers.otlp": { http: "127.0.0.1:4318" } }`. */
  endpoints(): Endpoints;
}

export type Endpoints = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** How long a shutdown waits for what is on its way, unless told otherwise. */
const GRACE_MS = 10_000;

/** How long components that have gone from the configuration wait for their last batch: longer than retries go on. */
const RETIRE_MS_MAX = 10 * 60 * 1_000;

/** Graphs that still have batches on their way. One more reload waits until the oldest has none. */
const RETIRING_MAX = 8;

/**
 * Makes every component of a planned graph once, and connects them. Nothing is open yet.
 *
 * @throws {OperatingError} of the component that can't be made
 */
export async function buildService(plan: GraphPlan, context: ServiceContext): Promise<Service> {
  const { metrics, log, spool } = context;
  const tracer = context.tracer ?? new Tracer();
  const deliveries = new Deliveries({ spool, metrics, log, clock: REAL_CLOCK, tracer });
  const staged = metrics.staged();
  const first = await buildGraph(plan, { ...context, tracer, deliveries, metrics: staged.metrics });
  staged.commit();
  return new RunningService(first, { ...context, tracer, deliveries });
}

class RunningService implements Service {
  readonly #context: BuildContext;
  #present: NextGraph;
  /** Graphs that are no longer in force, oldest first, until their components are shut down. */
  #retiring: Promise<void>[] = [];
  /** Resolves when no batch is on its way in any former graph. */
  #formerIdle: Promise<unknown> = Promise.resolve();
  #isLeaving = false;

  constructor(first: NextGraph, context: BuildContext) {
    this.#context = context;
    this.#present = first;
    first.commit();
    void context.deliveries.use([...first.graph.parts.sends.values()], this.#formerIdle);
    announce(first.graph, undefined, context);
  }

  get #graph(): Graph {
    return this.#present.graph;
  }

  async start(): Promise<void> {
    try {
      await this.#startEach(this.#present.fresh);
    } catch (error) {
      this.leave();
      await this.shutdown(0);
      throw error;
    }
    this.#context.deliveries.start();
    this.#sayReady(this.#graph.components, true);
  }

  async reload(plan: GraphPlan, files?: ConfigFiles): Promise<boolean> {
    while (this.#retiring.length >= RETIRING_MAX) await this.#retiring[0];
    const staged = this.#context.metrics.staged();
    const context = { ...this.#context, metrics: staged.metrics, files };
    const next = await buildGraph(plan, context, this.#graph);
    if (!next.isChanged) return false;
    try {
      this.#checkStays(); // else ports would be opened once more
      await this.#startEach(next.fresh);
      this.#checkStays();
    } catch (error) {
      await this.#shutDownEach(next.fresh.toReversed(), GRACE_MS);
      throw error;
    }
    // From here to the end of the commit nothing is waited for, and nothing can fail.
    const former = this.#graph;
    next.commit();
    staged.commit();
    this.#present = next;
    announce(next.graph, former, this.#context);
    this.#sayReady(next.fresh, true);
    this.#retire(former, next.graph);
    return true;
  }

  leave(): void {
    this.#isLeaving = true;
    this.#sayReady(this.#graph.components, false);
  }

  async shutdown(graceMs = GRACE_MS): Promise<void> {
    this.leave();
    const end = performance.now() + graceMs;
    const left = () => Math.max(0, end - performance.now());
    const { receivers, processors, exporters, extensions } = this.#graph.parts;
    await Promise.all(receivers.toReversed().map((receiver) => this.#shutDown(receiver, left())));
    await atMost(Promise.all([this.#formerIdle, this.#graph.idle(), ...this.#retiring]), left());
    await this.#shutDownEach(processors.toReversed(), left);
    await this.#context.deliveries.stop(left());
    await this.#shutDownEach(exporters.toReversed(), left);
    await this.#shutDownEach(extensions.toReversed(), left);
  }

  endpoints(): Endpoints {
    const served = this.#graph.components.map(
      ({ path, instance }) => [path, (instance as Serving).endpoints?.() ?? {}] as const,
    );
    return Object.fromEntries(served.filter(([, endpoints]) => Object.keys(endpoints).length > 0));
  }

  files(): readonly ConfigFiles[] {
    return this.#graph.components.map(({ files }) => files);
  }

  #checkStays(): void {
    if (this.#isLeaving) throw new OperatingError("CONFIG_INVALID", "the gateway is shutting down");
  }

  #sayReady(components: readonly Made[], ready: boolean): void {
    for (const { instance } of components) (instance as Serving).ready?.(ready);
  }

  async #startEach(components: readonly Made[]): Promise<void> {
    for (const { path, instance } of components) await explained(path, () => instance.start?.());
  }

  /** What is in no newer graph is shut down once no batch can come to it any more. */
  #retire(former: Graph, next: Graph): void {
    const kept = new Set<unknown>(next.components.map(({ instance }) => instance));
    const gone = <M extends Made>(components: readonly M[]) =>
      components.filter(({ instance }) => !kept.has(instance)).toReversed();
    const { receivers, processors, exporters, extensions } = former.parts;
    const receiversGone = this.#shutDownEach(gone(receivers), GRACE_MS);
    const idle = Promise.all([this.#formerIdle, receiversGone.then(() => former.idle())]);
    this.#formerIdle = idle;
    const unused = this.#context.deliveries.use([...next.parts.sends.values()], idle);
    const rest = [...gone(processors), ...gone(exporters), ...gone(extensions)];
    const retired = atMost(unused, RETIRE_MS_MAX).then(() => this.#shutDownEach(rest, GRACE_MS));
    this.#retiring.push(retired);
    void retired.then(() => {
      this.#retiring = this.#retiring.filter((one) => one !== retired);
    });
  }

  async #shutDownEach(components: readonly Made[], graceMs: number | (() => number)): Promise<void> {
    for (const made of components)
      await this.#shutDown(made, typeof graceMs === "number" ? graceMs : graceMs());
  }

  async #shutDown({ path, instance }: Made, graceMs: number): Promise<void> {
    try {
      await instance.shutdown?.(graceMs);
    } catch {
      this.#context.log.warn(`${path}: did not shut down in order`);
    }
  }
}

/** Says what an operator should know about a graph that comes into force. */
function announce({ parts }: Graph, former: Graph | undefined, { metrics, log }: ServiceContext): void {
  for (const warning of parts.plan.warnings) log.warn(warning);
  for (const { id } of former?.parts.plan.pipelines ?? []) sayRedaction(metrics, id, false);
  for (const { id, unredacted } of parts.plan.pipelines) {
    sayRedaction(metrics, id, unredacted);
    if (unredacted)
      log.warn(
        `service.pipelines.${id}: data may leave unredacted, as service.allow_unredacted says`,
        'end its processors with "policy", and remove service.allow_unredacted',
      );
  }
}

function sayRedaction(metrics: MetricRegistry, pipeline: string, unredacted: boolean): void {
  metrics.gauge(PIPELINE_UNREDACTED, { pipeline }).set(unredacted ? 1 : 0);
}

/** Resolves with the promise, or when it has taken too long. */
async function atMost(promise: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, timeout]);
  clearTimeout(timer);
}
