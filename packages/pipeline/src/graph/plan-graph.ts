import { OperatingError } from "@scrim/errors";
import type { Signal } from "@scrim/wire";
import type { Component } from "../component.ts";
import { signalOf, typeOf } from "../config/component-id.ts";
import type { Ack, Config } from "../config/config.ts";
import { checkSection } from "../config/parse-section.ts";
import { suggest } from "../config/suggest.ts";
import { type ComponentTable, findComponent, type Kind } from "./component-table.ts";
import { DEFAULT_EXTENSIONS, withDefaultExtensions } from "./default-extensions.ts";
import { checkRedaction } from "./safety.ts";

/** A component of the configuration, checked but not made yet. */
export interface PlannedComponent<K extends Kind> {
  readonly id: string;
  /** `exporters.otlp_http/backup` */
  readonly path: string;
  readonly definition: Extract<Component, { kind: K }>;
  /** As configured; what tells whether a reload changes it. */
  readonly source: unknown;
  /** What the definition's schema made of it. */
  readonly config: unknown;
}

/** One of whatever kind. */
export type AnyPlanned = Omit<PlannedComponent<Kind>, "definition"> & { readonly definition: Component };

export interface PlannedPipeline {
  /** `logs`, `traces/2` */
  readonly id: string;
  readonly signal: Signal;
  readonly receivers: readonly PlannedComponent<"receiver">[];
  readonly processors: readonly PlannedComponent<"processor">[];
  readonly exporters: readonly PlannedComponent<"exporter">[];
  readonly ack: Ack;
  /** True only where `service.allow_unredacted` lets data leave without redaction. */
  readonly unredacted: boolean;
}

export interface GraphPlan {
  readonly pipelines: readonly PlannedPipeline[];
  readonly extensions: readonly PlannedComponent<"extension">[];
  /** What an operator should know and may leave as it is. */
  readonly warnings: readonly string[];
}

/**
 * Checks a whole configuration against the components there are: types, every component's own part, references, and
 * that nothing leaves unredacted. Makes and opens nothing.
 *
 * @throws {OperatingError} `CONFIG_INVALID` or `CONFIG_UNREDACTED`, with the key's path
 */
export function planGraph(config: Config, table: ComponentTable): GraphPlan {
  return plan(config, table, (problem) => {
    throw problem;
  });
}

/** As {@link planGraph}, with all that is wrong; the plan has what is right. */
export function checkGraph(
  config: Config,
  table: ComponentTable,
): { readonly plan: GraphPlan; readonly problems: readonly OperatingError[] } {
  const problems: OperatingError[] = [];
  return { plan: plan(config, table, (problem) => void problems.push(problem)), problems };
}

/** Takes what is wrong. Where it comes back, what can't be used is left out. */
type Report = (problem: OperatingError) => void;

function plan(config: Config, table: ComponentTable, report: Report): GraphPlan {
  const sections: Sections = {
    receivers: planSection(config.receivers, table, "receiver", report),
    processors: planSection(config.processors, table, "processor", report),
    exporters: planSection(config.exporters, table, "exporter", report),
    extensions: planSection(withDefaultExtensions(config).extensions, table, "extension", report),
  };
  const pipelines = planPipelines(config, sections, report);
  const enabled = config.service.extensions ?? DEFAULT_EXTENSIONS;
  const extensions = resolve(sections.extensions, enabled, "service.extensions", report);
  return { pipelines, extensions, warnings: warnOfUnused(sections, pipelines, extensions) };
}

/** Components by id; undefined those that something is wrong with. */
type Section<K extends Kind> = ReadonlyMap<string, PlannedComponent<K> | undefined>;

interface Sections {
  readonly receivers: Section<"receiver">;
  readonly processors: Section<"processor">;
  readonly exporters: Section<"exporter">;
  readonly extensions: Section<"extension">;
}

function planPipelines({ service }: Config, sections: Sections, report: Report): readonly PlannedPipeline[] {
  const pipelines = Object.entries(service.pipelines).map(([id, pipeline]): PlannedPipeline => {
    const path = `service.pipelines.${id}`;
    const processors = resolve(sections.processors, pipeline.processors, `${path}.processors`, report);
    // Of processors that can't be used nobody knows whether they redact.
    const isKnown = processors.length === pipeline.processors.length;
    return {
      id,
      signal: signalOf(id),
      receivers: resolve(sections.receivers, pipeline.receivers, `${path}.receivers`, report),
      processors,
      exporters: resolve(sections.exporters, pipeline.exporters, `${path}.exporters`, report),
      ack: pipeline.ack,
      unredacted:
        !isKnown || checkRedaction(processors, `${path}.processors`, service.allow_unredacted, report),
    };
  });
  if (service.allow_unredacted) for (const pipeline of pipelines) checkStorage(pipeline, report);
  if (pipelines.length === 0)
    report(
      new OperatingError("CONFIG_INVALID", "at least one pipeline is needed", {
        path: "service.pipelines",
        hint: "add one: logs: { receivers: [otlp], processors: [policy], exporters: [debug] }",
      }),
    );
  return pipelines;
}

/** A pipeline may not put what is not redacted onto the disk. */
function checkStorage({ id, ack, unredacted }: PlannedPipeline, report: Report): void {
  if (ack !== "durable" || !unredacted) return;
  report(
    new OperatingError("CONFIG_UNREDACTED", "what is not redacted must not be stored on the disk", {
      path: `service.pipelines.${id}.ack`,
      hint: "say ack: delivered or ack: memory, or end the pipeline's processors with a policy",
    }),
  );
}

function warnOfUnused(
  sections: Sections,
  pipelines: readonly PlannedPipeline[],
  extensions: readonly PlannedComponent<"extension">[],
): string[] {
  const users = pipelines.flatMap((one) => [...one.receivers, ...one.processors, ...one.exporters]);
  const used = new Set([...users, ...extensions].map(({ path }) => path));
  const all = Object.values(sections).flatMap((section) =>
    [...section.values()].flatMap((component) => component?.path ?? []),
  );
  return all.filter((path) => !used.has(path)).map((path) => `${path} is configured, but nothing uses it`);
}

function planSection<K extends Kind>(
  components: Readonly<Record<string, unknown>>,
  table: ComponentTable,
  kind: K,
  report: Report,
): Section<K> {
  const entries = Object.entries(components).map(
    ([id, value]) => [id, planComponent(id, value, table, kind, report)] as const,
  );
  return new Map(entries);
}

function planComponent<K extends Kind>(
  id: string,
  source: unknown,
  table: ComponentTable,
  kind: K,
  report: Report,
): PlannedComponent<K> | undefined {
  const path = `${kind}s.${id}`;
  try {
    const definition = findComponent(table, kind, typeOf(id), path);
    const { data: config, problems } = checkSection(definition.configSchema, source, path);
    for (const problem of problems) report(problem);
    return problems.length > 0 ? undefined : { id, path, definition, source, config };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    report(error);
    return undefined;
  }
}

function resolve<K extends Kind>(
  section: Section<K>,
  ids: readonly string[],
  path: string,
  report: Report,
): PlannedComponent<K>[] {
  return ids.flatMap((id, at) => {
    if (!section.has(id))
      report(
        new OperatingError("CONFIG_INVALID", `"${id}" is not configured`, {
          path: `${path}.${at}`,
          hint: suggest(id, [...section.keys()], "Configured here"),
        }),
      );
    else if (ids.indexOf(id) !== at)
      report(new OperatingError("CONFIG_INVALID", `"${id}" stands here twice`, { path: `${path}.${at}` }));
    return section.get(id) ?? [];
  });
}
