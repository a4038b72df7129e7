import { z } from "zod";
import { ComponentId, PipelineId } from "./component-id.ts";
import { type Environment, expandEnvironment } from "./expand-environment.ts";
import { parseSection } from "./parse-section.ts";
import { readYaml } from "./read-yaml.ts";

/** The components of one kind, by id. What is inside is checked by each component's own schema. */
function components(what: string) {
  return z.record(ComponentId, z.unknown()).meta({ description: `${what}, by \`type\` or \`type/name\`.` });
}

const References = z.array(ComponentId).max(64);

const PipelineConfig = z.strictObject({
  receivers: References.min(1).meta({ description: "Where batches come from." }),
  processors: References.default([]).meta({
    description: "What each batch passes, in this order. One must be a `policy`.",
  }),
  exporters: References.min(1).meta({ description: "Where batches go; each gets every batch." }),
});

export const ServiceConfig = z.strictObject({
  extensions: References.optional().meta({
    description: "Extensions to start. Without this key: `health_check`.",
  }),
  plugins: z.array(z.string().min(1)).max(32).default([]).meta({
    description: "Modules with further components, as paths that start from this file's folder.",
  }),
  allow_unredacted: z.boolean().default(false).meta({
    description: "Starts although a pipeline lets data leave without redaction. Warned about, and counted.",
  }),
  telemetry: z
    .strictObject({
      metrics: z
        .strictObject({
          level: z.enum(["none", "normal"]).default("normal").meta({
            description: "`none` serves no metrics.",
          }),
          address: z.string().default("127.0.0.1:8888").meta({
            description: "Where Prometheus finds `/metrics`.",
          }),
        })
        .prefault({}),
    })
    .prefault({}),
  pipelines: z.record(PipelineId, PipelineConfig).meta({
    description: "Pipelines, by `signal` or `signal/name`.",
  }),
});

/** One configuration file: the Collector's shape. */
export const Config = z
  .strictObject({
    receivers: components("Receivers"),
    processors: components("Processors").prefault({}),
    exporters: components("Exporters"),
    extensions: components("Extensions").prefault({}),
    service: ServiceConfig,
  })
  .meta({ id: "Config", description: "Configuration of a gateway." });

export type Config = z.output<typeof Config>;
export type ServiceConfig = z.output<typeof ServiceConfig>;

/**
 * Reads a configuration: a YAML text, or what one would hold. Only its frame is checked here; the components' own
 * parts are checked where the graph is planned.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` or `CONFIG_INVALID`, with the key's path
 */
export function parseConfig(source: string | object, environment: Environment): Config {
  const raw = typeof source === "string" ? readYaml(source) : source;
  return parseSection(Config, expandEnvironment(raw, environment), "");
}
