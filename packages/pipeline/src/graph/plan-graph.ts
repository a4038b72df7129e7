import { OperatingError } from "@scrim/errors";
import type { Signal } from "@scrim/wire";
import type { Component } from "../component.ts";
import { signalOf, typeOf } from "../config/component-id.ts";
import type { Config } from "../config/config.ts";
import { parseSection } from "../config/parse-section.ts";
import { suggest } from "../config/suggest.ts";
import { type ComponentTable, findComponent, type Kind } from "./component-table.ts";
import { checkRedaction } from "./safety.ts";

/** A component of the configuration, checked but not made yet. */
export interface PlannedComponent<K extends Kind> {
  readonly id: string;
  /** `exporters.otlphttp/backup` */
  readonly path: string;
  readonly definition: Extract<Component, { kind: K }>;
  /** What the definition's schema made of the configuration. */
  readonly config: unknown;
}

export interface PlannedPipeline {
  /** `logs`, `traces/2` */
  readonly id: string;
  readonly signal: Signal;
  readonly receivers: readonly PlannedComponent<"receiver">[];
  readonly processors: readonly PlannedComponent<"processor">[];
  readonly exporters: readonly PlannedComponent<"exporter">[];
  /** True only where `service.allow_unredacted` lets data leave without redaction. */
  readonly unredacted: boolean;
}

export interface GraphPlan {
  readonly pipelines: readonly PlannedPipeline[];
  readonly extensions: readonly PlannedComponent<"extension">[];
  /** What an operator should know and may leave as it is. */
  readonly warnings: readonly string[];
}

const DEFAULT_EXTENSIONS = ["health_check"];

/**
 * Checks a whole configuration against the components there are: types, every component's own part, references, and
 * that nothing leaves unredacted. Makes and opens nothing.
 *
 * @throws {OperatingError} `CONFIG_INVALID` or `CONFIG_UNREDACTED`, with the key's path
 */
export function planGraph(config: Config, table: ComponentTable): GraphPlan {
  const sections: Sections = {
    receivers: planSection(config.receivers, table, "receiver"),
    processors: planSection(config.processors, table, "processor"),
    exporters: planSection(config.exporters, table, "exporter"),
    extensions: planSection(withDefaultExtensions(config), table, "extension"),
  };
  const pipelines = planPipelines(config, sections);
  const enabled = config.service.extensions ?? DEFAULT_EXTENSIONS;
  const extensions = resolve(sections.extensions, enabled, "service.extensions");
  return { pipelines, extensions, warnings: warnOfUnused(sections, pipelines, extensions) };
}

interface Sections {
  readonly receivers: ReadonlyMap<string, PlannedComponent<"receiver">>;
  readonly processors: ReadonlyMap<string, PlannedComponent<"processor">>;
  readonly exporters: ReadonlyMap<string, PlannedComponent<"exporter">>;
  readonly extensions: ReadonlyMap<string, PlannedComponent<"extension">>;
}

function planPipelines({ service }: Config, sections: Sections): readonly PlannedPipeline[] {
  const pipelines = Object.entries(service.pipelines).map(([id, pipeline]): PlannedPipeline => {
    const path = `service.pipelines.${id}`;
    const processors = resolve(sections.processors, pipeline.processors, `${path}.processors`);
    return {
      id,
      signal: signalOf(id),
      receivers: resolve(sections.receivers, pipeline.receivers, `${path}.receivers`),
      processors,
      exporters: resolve(sections.exporters, pipeline.exporters, `${path}.exporters`),
      unredacted: checkRedaction(processors, `${path}.processors`, service.allow_unredacted),
    };
  });
  if (pipelines.length > 0) return pipelines;
  throw new OperatingError("CONFIG_INVALID", "at least one pipeline is needed", {
    path: "service.pipelines",
    hint: "add one: logs: { receivers: [otlp], processors: [policy], exporters: [debug] }",
  });
}

function warnOfUnused(
  sections: Sections,
  pipelines: readonly PlannedPipeline[],
  extensions: readonly PlannedComponent<"extension">[],
): string[] {
  const users = pipelines.flatMap((one) => [...one.receivers, ...one.processors, ...one.exporters]);
  const used = new Set([...users, ...extensions].map(({ path }) => path));
  const all = Object.values(sections).flatMap((section) => [...section.values()].map(({ path }) => path));
  return all.filter((path) => !used.has(path)).map((path) => `${path} is configured, but nothing uses it`);
}

function withDefaultExtensions({ extensions, service }: Config): Record<string, unknown> {
  if (service.extensions !== undefined) return extensions;
  return { ...Object.fromEntries(DEFAULT_EXTENSIONS.map((id) => [id, null])), ...extensions };
}

function planSection<K extends Kind>(
  components: Readonly<Record<string, unknown>>,
  table: ComponentTable,
  kind: K,
): ReadonlyMap<string, PlannedComponent<K>> {
  const planned = Object.entries(components).map(([id, value]): [string, PlannedComponent<K>] => {
    const path = `${kind}s.${id}`;
    const definition = findComponent(table, kind, typeOf(id), path);
    return [id, { id, path, definition, config: parseSection(definition.configSchema, value, path) }];
  });
  return new Map(planned);
}

function resolve<K extends Kind>(
  section: ReadonlyMap<string, PlannedComponent<K>>,
  ids: readonly string[],
  path: string,
): PlannedComponent<K>[] {
  return ids.map((id, at) => {
    const component = section.get(id);
    if (component === undefined)
      throw new OperatingError("CONFIG_INVALID", `"${id}" is not configured`, {
        path: `${path}.${at}`,
        hint: suggest(id, [...section.keys()], "Configured here"),
      });
    if (ids.indexOf(id) !== at)
      throw new OperatingError("CONFIG_INVALID", `"${id}" stands here twice`, { path: `${path}.${at}` });
    return component;
  });
}
