import { COMPONENTS, SpoolConfig } from "@scrim/gateway";
import { type Component, Config } from "@scrim/pipeline";
import { keyTable } from "./key-table.ts";
import { GENERATED } from "./markdown.ts";

export function gatewayPage(): string {
  const kinds = ["receiver", "processor", "exporter", "extension"] as const;
  return `${[
    GENERATED,
    "# Gateway configuration",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how users write it
    "One YAML file in the Collector's shape: `receivers`, `processors`, `exporters`, `extensions` and `service`. Durations are written like `30s`, sizes like `64MiB`. `${env:NAME}` and `${env:NAME:-default}` are replaced, and so is `${file:NAME}` by files beneath `CREDENTIALS_DIRECTORY` and the folders that `SCRIM_CONFIG_FILES` lists; `$$` is a dollar sign. `SIGHUP` puts the file into force anew, without losing a request.",
    "## File",
    keyTable(Config),
    "## Spool",
    "What pipelines with `ack: durable` keep until it is delivered: [what lies there](../spool.md).",
    keyTable(SpoolConfig, "service.spool."),
    ...kinds.flatMap((kind) =>
      COMPONENTS.filter((component) => component.kind === kind).map(componentSection),
    ),
  ].join("\n\n")}\n`;
}

function componentSection(component: Component): string {
  return [
    `## ${component.kind} \`${component.type}\``,
    ...(component.aliases === undefined
      ? []
      : [`Also as ${component.aliases.map((alias) => `\`${alias}\``).join(", ")}.`]),
    component.description,
    keyTable(component.configSchema),
  ].join("\n\n");
}
