import { OperatingError } from "@scrim/errors";
import { z } from "zod";
import { ComponentId, PipelineId } from "./component-id.ts";
import { duration } from "./duration.ts";
import { type Environment, type Expansion, expandEnvironment } from "./expand-environment.ts";
import { checkSection, parseSection } from "./parse-section.ts";
import { readYaml } from "./read-yaml.ts";
import { TelemetryConfig } from "./telemetry-config.ts";

/** The components of one kind, by id. What is inside is checked by each component's own schema. */
function components(what: string) {
  return z.record(ComponentId, z.unknown()).meta({ description: `${what}, by \`type\` or \`type/name\`.` });
}

const References = z.array(ComponentId).max(64);

/** When a client is told that the gateway has its data. */
const Ack = z.enum(["durable", "delivered", "memory"]);

export type Ack = z.output<typeof Ack>;

const PipelineConfig = z.strictObject({
  receivers: References.min(1).meta({ description: "Where batches come from." }),
  processors: References.default([]).meta({
    description: "What each batch passes, in this order. One must be a `policy`.",
  }),
  exporters: References.min(1).meta({ description: "Where batches go; each gets every batch." }),
  ack: Ack.default("durable").meta({
    description:
      "When a client is told that its data is safe. `durable`: it is on the disk, redacted (`service.spool`). `delivered`: every exporter has delivered it. `memory`: at once; what waits is lost with the process.",
  }),
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
  shutdown_delay: duration({ min: "0s", max: "10m" }).prefault("0s").meta({
    description:
      "How long the gateway still takes in data once it was told to stop and `/readyz` says 503: time for load balancers to notice.",
  }),
  drain_timeout: duration({ min: "0s", max: "1h" }).prefault("25s").meta({
    description: "How long what is on its way may take once nothing is taken in any more.",
  }),
  workers: z
    .union([z.int().min(1).max(256), z.literal("auto")])
    .default(1)
    .meta({
      description:
        "Processes that share the ports and the work, or `auto` for one on each core. A trace's requests may come to any of them. A change takes a restart.",
    }),
  reload: z
    .strictObject({
      watch: z.boolean().default(false).meta({
        description:
          "Whether the configuration is put into force when its file changes, or a file that it names: policy, key, certificate. `SIGHUP` does so in any case.",
      }),
      interval: duration({ min: "100ms", max: "1h" }).prefault("5s").meta({
        description: "How often files are looked at. They are read when they stayed the same for as long.",
      }),
    })
    .prefault({})
    .meta({ description: "When the configuration is read again." }),
  spool: z.unknown().optional().meta({
    description: "Where pipelines with `ack: durable` keep what is not delivered yet.",
  }),
  telemetry: TelemetryConfig.prefault({}),
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
export function parseConfig(
  source: string | object,
  environment: Environment,
  expansion: Omit<Expansion, "environment"> = {},
): Config {
  const raw = typeof source === "string" ? readYaml(source) : source;
  return parseSection(Config, expandEnvironment(raw, { ...expansion, environment }), "");
}

/** As {@link parseConfig}, with all that is wrong; `config` is what there is without it, where that can be left out. */
export function checkConfig(
  source: string | object,
  expansion: Omit<Expansion, "report">,
): { readonly config: Config | undefined; readonly problems: readonly OperatingError[] } {
  const problems: OperatingError[] = [];
  try {
    const raw = typeof source === "string" ? readYaml(source) : source;
    const expanded = expandEnvironment(raw, { ...expansion, report: (problem) => problems.push(problem) });
    // What was not filled in would be wrong once more.
    if (problems.length > 0) return { config: undefined, problems };
    const checked = checkSection(Config, expanded, "");
    return { config: checked.rest(), problems: checked.problems };
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    return { config: undefined, problems: [...problems, error] };
  }
}
