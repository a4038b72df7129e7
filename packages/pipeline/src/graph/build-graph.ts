import { isDeepStrictEqual } from "node:util";
import { OperatingError } from "@scrim/errors";
import type { Signal } from "@scrim/wire";
import type {
  ComponentContext,
  ExtensionContext,
  Keeper,
  ProcessorContext,
  ReceiverContext,
  Reloadable,
} from "../component.ts";
import type { Deliveries } from "../delivery/deliveries.ts";
import { ConfigFiles } from "../files/config-files.ts";
import type { DurableQueue } from "../queue.ts";
import { Tracer } from "../telemetry/tracer.ts";
import type { Kind } from "./component-table.ts";
import { connectConsumers, connectExporters, connectPipelines } from "./connect.ts";
import { explained } from "./explained.ts";
import { findAuthenticator, Graph, type Home, type Instances, type Made } from "./graph.ts";
import type { AnyPlanned, GraphPlan, PlannedComponent, PlannedPipeline } from "./plan-graph.ts";

/** What all components of a service share. */
export interface ServiceContext
  extends Omit<ComponentContext, "id" | "path" | "signals" | "readFile" | "dependsOn"> {
  /** The queue on the disk, where pipelines need it. Whoever opened it closes it, after the service's shutdown. */
  readonly spool?: DurableQueue | undefined;
  /** As extensions are told, see `ExtensionContext`. */
  shownConfig?(): string;
  readonly tracer?: Tracer;
  /** Where components find the files that they are made from; the disk unless given. Knows them, also of one that can't be made then. */
  readonly files?: ConfigFiles | undefined;
}

/** What is there before the first graph, and stays after the last. */
export interface BuildContext extends ServiceContext {
  readonly tracer: Tracer;
  readonly deliveries: Deliveries;
}

/** A graph that is whole, but not in force yet. */
export interface NextGraph {
  readonly graph: Graph;
  /** Those that were made for it, in the order in which they start. */
  readonly fresh: readonly Made[];
  /** Whether it differs in anything from the present one. */
  readonly isChanged: boolean;
  /** Puts it into force for the components that stay. Can't fail. */
  commit(): void;
}

/**
 * Makes the components of a planned graph and connects them. Those of the present graph that nothing changed for are
 * taken over, and those that can take another configuration prepare for it. Nothing is opened.
 *
 * @throws {OperatingError} of the component that can't be made; what was made is shut down again
 */
export async function buildGraph(
  plan: GraphPlan,
  context: BuildContext,
  present?: Graph | undefined,
): Promise<NextGraph> {
  const builder = new GraphBuilder(plan, context, present);
  try {
    return await builder.build(context);
  } catch (error) {
    for (const { instance } of builder.fresh.toReversed()) await instance.shutdown?.();
    throw error;
  }
}

/**
 * Makes the components of a planned graph and gives them up again: what they say is wrong, each of them. Nothing is opened.
 */
export async function checkComponents(
  plan: GraphPlan,
  context: ServiceContext,
): Promise<readonly OperatingError[]> {
  const problems: OperatingError[] = [];
  const builder = new GraphBuilder(plan, context, undefined, (problem) => void problems.push(problem));
  await builder.make();
  for (const { instance } of builder.fresh.toReversed()) await instance.shutdown?.();
  return problems;
}

type OwnContext = ReceiverContext & ProcessorContext & ExtensionContext;
type Maker = (config: unknown, context: OwnContext) => Promise<Instances[Kind]>;

class GraphBuilder {
  fresh: readonly Made[] = [];
  readonly #plan: GraphPlan;
  readonly #context: ServiceContext;
  #presentGraph: Graph | undefined;
  #present: ReadonlyMap<string, Made>;
  #commits: (() => void)[] = [];
  /** Complete before the first receiver is made. */
  #extensions: readonly Made<"extension">[] = [];

  readonly #report: (problem: OperatingError) => void;

  /** @param report takes what is wrong with a component, which is then left out */
  constructor(
    plan: GraphPlan,
    context: ServiceContext,
    present: Graph | undefined,
    report = (problem: OperatingError): void => {
      throw problem;
    },
  ) {
    this.#report = report;
    this.#plan = plan;
    this.#context = context;
    this.#presentGraph = present;
    this.#present = new Map((present?.components ?? []).map((made) => [made.path, made]));
  }

  async make() {
    const { pipelines } = this.#plan;
    const exporters = await this.#each(distinct(pipelines.flatMap((one) => one.exporters)));
    const processors = await this.#each(distinct(pipelines.flatMap((one) => one.processors)));
    this.#extensions = await this.#each(this.#plan.extensions);
    const receivers = await this.#each(distinct(pipelines.flatMap((one) => one.receivers)));
    return { extensions: this.#extensions, exporters, processors, receivers };
  }

  async build({ deliveries, tracer }: BuildContext): Promise<NextGraph> {
    const { pipelines } = this.#plan;
    const context: BuildContext = { ...this.#context, deliveries, tracer };
    const made = await this.make();
    const { exporters, processors } = made;
    const sends = connectExporters(pipelines, exporters, context, this.#presentGraph?.parts.sends);
    const runners = connectPipelines(pipelines, exporters, sends, processors, context);
    const consumers = connectConsumers(pipelines, runners, context);
    const graph = new Graph({ plan: this.#plan, ...made, sends, runners, consumers });
    for (const { home } of this.fresh) home.graph = graph;
    const commits = this.#commits;
    const next = {
      graph,
      fresh: graph.components.filter((made) => this.fresh.includes(made)),
      isChanged:
        this.fresh.length + commits.length > 0 ||
        !isDeepStrictEqual(outline(this.#plan), this.#presentGraph && outline(this.#presentGraph.parts.plan)),
      commit() {
        for (const { home } of graph.components) home.graph = graph;
        for (const commit of commits.splice(0)) commit();
      },
    };
    this.#forget();
    return next;
  }

  /** What components are told keeps this builder: with the graph before, all graphs that there ever were would stay. */
  #forget(): void {
    this.fresh = [];
    this.#presentGraph = undefined;
    this.#present = new Map();
    this.#commits = [];
  }

  async #each<K extends Kind>(planned: readonly PlannedComponent<K>[]): Promise<readonly Made<K>[]> {
    const made: Made<K>[] = [];
    for (const one of planned) {
      try {
        made.push(await this.#one<K>(one as AnyPlanned));
      } catch (error) {
        if (!(error instanceof OperatingError)) throw error;
        this.#report(error);
      }
    }
    return made;
  }

  async #one<K extends Kind>(planned: AnyPlanned): Promise<Made<K>> {
    const present = this.#present.get(planned.path) as Made<K> | undefined;
    if (present !== undefined && present.planned.definition === planned.definition) {
      if (this.#isUnchanged(present, planned)) return { ...present, planned };
      const reloaded = await this.#reload(present, planned);
      if (reloaded !== undefined) return reloaded;
    }
    const made = await this.#make<K>(planned);
    this.fresh = [...this.fresh, made];
    return made;
  }

  #isUnchanged(present: Made, planned: AnyPlanned): boolean {
    const users = usersOf(planned, this.#plan.pipelines);
    const { keeps, authenticators } = present.home;
    // Its authenticators may have gone.
    for (const [id, path] of authenticators) findAuthenticator(this.#extensions, id, path);
    return (
      isDeepStrictEqual(present.planned.source, planned.source) &&
      isDeepStrictEqual(present.signals, signalsOf(users)) &&
      (keeps.size === 0 ||
        isDeepStrictEqual(
          present.pipelines,
          users.map(({ id }) => id),
        )) &&
      !present.files.hasChanged(this.#context.files)
    );
  }

  /** Undefined where the present instance can't be used for it. */
  async #reload<K extends Kind>(present: Made<K>, planned: AnyPlanned): Promise<Made<K> | undefined> {
    const instance = present.instance as Instances[K] & Reloadable<unknown, OwnContext>;
    if (instance.reload === undefined) return undefined;
    let commit: (() => void) | undefined;
    const made = await this.#make<K>(planned, present.home, async (config, context) => {
      commit = await instance.reload!(config, context);
      return instance;
    });
    if (commit === undefined) return undefined;
    this.#commits.push(commit);
    return made;
  }

  async #make<K extends Kind>(
    planned: AnyPlanned,
    home: Home = { graph: undefined, keeps: new Set(), authenticators: new Map() },
    maker: Maker = async (config, context) => await planned.definition.create(config, context),
  ): Promise<Made<K>> {
    const { id, path, config } = planned;
    const users = usersOf(planned, this.#plan.pipelines);
    const signals = signalsOf(users);
    const files = new ConfigFiles(this.#context.files);
    const { baseDir, log, metrics, print } = this.#context;
    const context: OwnContext = {
      ...{ baseDir, log, metrics, print },
      id,
      path,
      signals,
      readFile: (file, bytesMax) => files.read(file, bytesMax),
      dependsOn: (file) => files.note(file),
      ...this.#consumerOf(path, signals, home),
      ...this.#keeperOf(planned, users, home),
      ...this.#authenticator(home),
      pipelines: () => home.graph?.outline() ?? [],
      tracer: this.#context.tracer ?? new Tracer(),
      shownConfig: () => this.#context.shownConfig?.() ?? "",
    };
    // The compiler can't see that a definition of kind K makes an instance of kind K.
    const instance = (await explained(path, () => maker(config, context))) as Instances[K];
    return { id, path, planned, instance, signals, pipelines: users.map((one) => one.id), files, home };
  }

  #consumerOf(receiver: string, signals: readonly Signal[], home: Home): Pick<ReceiverContext, "consumerOf"> {
    return {
      consumerOf(signal) {
        if (!signals.includes(signal)) return undefined;
        return (batch, transport) => home.graph!.consume(receiver, signal, batch, transport);
      },
    };
  }

  #keeperOf(
    processor: AnyPlanned,
    users: readonly PlannedPipeline[],
    home: Home,
  ): Pick<ProcessorContext, "keeperOf"> {
    return {
      keeperOf(signal): Keeper | undefined {
        const [pipeline, second] = users.filter((one) => one.signal === signal);
        if (pipeline === undefined) return undefined;
        if (second !== undefined)
          throw new OperatingError("CONFIG_INVALID", `it keeps ${signal}, but stands in several pipelines`, {
            path: processor.path,
            hint: `give "${second.id}" one of its own: ${processor.definition.type}/2`,
          });
        home.keeps.add(signal);
        const keeper = () => home.graph!.keeper(processor.path, signal);
        return {
          release: (batch) => keeper().release(batch),
          drop: (items, reason) => keeper().drop(items, reason),
        };
      },
    };
  }

  /** Whether an extension is configured, and what is wrong with it was reported. */
  #isLeftOut(id: string): boolean {
    const isIn = (extensions: readonly { readonly id: string }[]) => extensions.some((one) => one.id === id);
    return isIn(this.#plan.extensions) && !isIn(this.#extensions);
  }

  #authenticator(home: Home): Pick<ReceiverContext, "authenticator"> {
    return {
      authenticator: (id, path) => {
        if (!this.#isLeftOut(id)) findAuthenticator(this.#extensions, id, path);
        home.authenticators.set(id, path);
        return {
          authenticate: (credentials) => home.graph!.authenticator(id, path).authenticate(credentials),
        };
      },
    };
  }
}

/** A plan with paths in the place of components: what is left once all of these are the same. */
function outline({ pipelines, extensions }: GraphPlan): unknown {
  const paths = (components: readonly { readonly path: string }[]) => components.map(({ path }) => path);
  return {
    extensions: paths(extensions),
    pipelines: pipelines.map((one) => ({
      ...one,
      receivers: paths(one.receivers),
      processors: paths(one.processors),
      exporters: paths(one.exporters),
    })),
  };
}

function usersOf({ path }: AnyPlanned, pipelines: readonly PlannedPipeline[]): readonly PlannedPipeline[] {
  return pipelines.filter(({ receivers, processors, exporters }) =>
    [...receivers, ...processors, ...exporters].some((one) => one.path === path),
  );
}

function signalsOf(users: readonly PlannedPipeline[]): readonly Signal[] {
  return distinct(users.map(({ signal }) => signal));
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
