import { OperatingError } from "@scrim/errors";
import type { Signal } from "@scrim/wire";
import type {
  Component,
  ComponentContext,
  Consumer,
  Exporter,
  Extension,
  Keeper,
  LifeCycle,
  Processor,
  ProcessorContext,
  Receiver,
  ReceiverContext,
} from "./component.ts";
import type { Kind } from "./graph/component-table.ts";
import { instrumentExporter, instrumentProcessor, instrumentReceiver } from "./graph/instrument.ts";
import type { GraphPlan, PlannedComponent, PlannedPipeline } from "./graph/plan-graph.ts";
import { type PipelineRunner, pipelineRunner } from "./graph/run-pipeline.ts";
import { PIPELINE_UNREDACTED } from "./telemetry/pipeline-metrics.ts";

/** A graph whose components are made; see {@link buildService}. */
export interface Service {
  /**
   * Opens extensions, then exporters, processors and receivers, so that nothing is taken in that can't go out. If
   * one fails, what was started is shut down again.
   *
   * @throws {OperatingError} of the component that failed
   */
  start(): Promise<void>;
  /** Receivers first, so that what is on its way arrives; then the others. May come twice. */
  shutdown(): Promise<void>;
  /** What is served where, by component and protocol: `{ "receivers.otlp": { http: "127.0.0.1:4318" } }`. */
  endpoints(): Endpoints;
}

export type Endpoints = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What all components of a service share. */
export type ServiceContext = Omit<ComponentContext, "id" | "path" | "signals">;

interface Instances {
  readonly receiver: Receiver;
  readonly processor: Processor;
  readonly exporter: Exporter;
  readonly extension: Extension;
}

interface Made<Instance> {
  readonly id: string;
  readonly path: string;
  readonly instance: Instance;
}

type AnyPlanned = Pick<PlannedComponent<Kind>, "path">;

type Runners = ReadonlyMap<PlannedPipeline, PipelineRunner>;

/**
 * Makes every component of a planned graph once, and connects them. Nothing is open yet.
 *
 * @throws {OperatingError} of the component that can't be made
 */
export async function buildService(plan: GraphPlan, context: ServiceContext): Promise<Service> {
  const { pipelines } = plan;
  const signals = (planned: AnyPlanned) => ({ signals: signalsOf(planned, pipelines) });
  const exporters = await makeEach(distinct(pipelines.flatMap((one) => one.exporters)), context, signals);
  let runners: Runners = new Map();
  const processors = await makeEach(
    distinct(pipelines.flatMap((one) => one.processors)),
    context,
    (planned) => ({ ...signals(planned), ...keepersOf(planned, pipelines, () => runners) }),
  );
  runners = connectPipelines(pipelines, exporters, processors, context);
  const receivers = await makeEach(
    distinct(pipelines.flatMap((one) => one.receivers)),
    context,
    (planned) => ({ ...signals(planned), ...consumersOf(planned, runners, context) }),
  );
  const extensions = await makeEach(plan.extensions, context, signals);
  for (const warning of plan.warnings) context.log.warn(warning);
  return withLifeCycle(extensions, [...exporters, ...processors, ...receivers], context);
}

function signalsOf(planned: AnyPlanned, pipelines: readonly PlannedPipeline[]): readonly Signal[] {
  const users = pipelines.filter(({ receivers, processors, exporters }) =>
    [...receivers, ...processors, ...exporters].some(({ path }) => path === planned.path),
  );
  return distinct(users.map(({ signal }) => signal));
}

async function makeEach<K extends Kind>(
  planned: readonly PlannedComponent<K>[],
  context: ServiceContext,
  more: (planned: PlannedComponent<K>) => Pick<ComponentContext, "signals">,
): Promise<Made<Instances[K]>[]> {
  const made: Made<Instances[K]>[] = [];
  for (const component of planned) {
    const { id, path, definition, config } = component;
    const own = { ...context, id, path, ...more(component) } as ReceiverContext & ProcessorContext;
    const instance = await explained(path, () => (definition as Component).create(config, own));
    // The compiler can't see that a definition of kind K makes an instance of kind K.
    made.push({ id, path, instance: instance as Instances[K] });
  }
  return made;
}

function connectPipelines(
  pipelines: readonly PlannedPipeline[],
  exporters: readonly Made<Exporter>[],
  processors: readonly Made<Processor>[],
  { metrics, log }: ServiceContext,
): Runners {
  const sends = new Map(
    exporters.map(({ id, instance }) => [id, instrumentExporter(id, instance, metrics, log)]),
  );
  const steps = new Map(
    processors.map(({ id, instance }) => [id, instrumentProcessor(id, instance, metrics)]),
  );
  const connect = (pipeline: PlannedPipeline): PipelineRunner => {
    metrics.gauge(PIPELINE_UNREDACTED, { pipeline: pipeline.id }).set(pipeline.unredacted ? 1 : 0);
    if (pipeline.unredacted)
      log.warn(
        `service.pipelines.${pipeline.id}: data may leave unredacted, as service.allow_unredacted says`,
        'end its processors with "policy", and remove service.allow_unredacted',
      );
    return pipelineRunner(
      pipeline.id,
      pipeline.processors.map(({ id }) => steps.get(id)!),
      pipeline.exporters.map(({ id }) => sends.get(id)!),
      metrics,
      log,
    );
  };
  return new Map(pipelines.map((pipeline) => [pipeline, connect(pipeline)]));
}

/** `runners` are there as soon as all components are made. */
function keepersOf(
  processor: PlannedComponent<"processor">,
  pipelines: readonly PlannedPipeline[],
  runners: () => Runners,
): Pick<ProcessorContext, "keeperOf"> {
  return {
    keeperOf(signal): Keeper | undefined {
      const users = pipelines.filter((one) => one.signal === signal && one.processors.includes(processor));
      const [pipeline, second] = users;
      if (pipeline === undefined) return undefined;
      if (second !== undefined)
        throw new OperatingError("CONFIG_INVALID", `it keeps ${signal}, but stands in several pipelines`, {
          path: processor.path,
          hint: `give "${second.id}" one of its own: ${processor.definition.type}/2`,
        });
      const index = pipeline.processors.indexOf(processor);
      const keeper = () => runners().get(pipeline)!.keeper(index);
      return {
        release: (batch) => keeper().release(batch),
        drop: (items, reason) => keeper().drop(items, reason),
      };
    },
  };
}

function consumersOf(
  receiver: PlannedComponent<"receiver">,
  runners: Runners,
  { metrics }: ServiceContext,
): Pick<ReceiverContext, "consumerOf"> {
  return {
    consumerOf(signal): Consumer | undefined {
      const readers = [...runners].filter(
        ([pipeline]) => pipeline.signal === signal && pipeline.receivers.includes(receiver),
      );
      if (readers.length === 0) return undefined;
      return instrumentReceiver(
        receiver.id,
        signal,
        readers.map(([, { run }]) => run),
        metrics,
      );
    },
  };
}

function withLifeCycle(
  extensions: readonly Made<Extension>[],
  others: readonly Made<Exporter | Processor | Receiver>[],
  { log }: ServiceContext,
): Service {
  const inOrder: readonly Made<LifeCycle & Pick<Receiver, "endpoints">>[] = [...extensions, ...others];

  async function shutdown(): Promise<void> {
    for (const { instance } of extensions) instance.ready?.(false);
    for (const { path, instance } of inOrder.toReversed()) {
      try {
        await instance.shutdown?.();
      } catch {
        log.warn(`${path}: did not shut down in order`);
      }
    }
  }

  return {
    async start() {
      try {
        for (const { path, instance } of inOrder) await explained(path, () => instance.start?.());
      } catch (error) {
        await shutdown();
        throw error;
      }
      for (const { instance } of extensions) instance.ready?.(true);
    },
    shutdown,
    endpoints() {
      const served = inOrder.map(({ path, instance }) => [path, instance.endpoints?.() ?? {}] as const);
      return Object.fromEntries(served.filter(([, endpoints]) => Object.keys(endpoints).length > 0));
    },
  };
}

/** Gives an error that says nothing about its place, a plug-in's for instance, the component's path. */
async function explained<T>(path: string, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof OperatingError) throw error;
    const message = error instanceof Error ? error.message : "an unknown error";
    throw new OperatingError("CONFIG_INVALID", `can't be started: ${message}`, { path, cause: error });
  }
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
