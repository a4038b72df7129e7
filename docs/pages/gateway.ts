import { COMPONENTS } from "@scrim/gateway";
import { type Component, Config } from "@scrim/pipeline";
import { z } from "zod";
import { code, GENERATED, table } from "./markdown.ts";

export function gatewayPage(): string {
  const kinds = ["receiver", "processor", "exporter", "extension"] as const;
  return `${[
    GENERATED,
    "# Gateway configuration",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how users write it
    "One YAML file in the Collector's shape: `receivers`, `processors`, `exporters`, `extensions` and `service`. Durations are written like `30s`, sizes like `64MiB`. `${env:NAME}` and `${env:NAME:-default}` are replaced; `$$` is a dollar sign.",
    "## File",
    keyTable(Config),
    ...kinds.flatMap((kind) =>
      COMPONENTS.filter((component) => component.kind === kind).map(componentSection),
    ),
  ].join("\n\n")}\n`;
}

function componentSection(component: Component): string {
  return [
    `## ${component.kind} \`${component.type}\``,
    component.description,
    keyTable(component.configSchema),
  ].join("\n\n");
}

function keyTable(schema: z.ZodType): string {
  const rows = rowsOf(schema, "");
  return rows.length === 0 ? "No keys." : table(["key", "value", "default", "meaning"], rows);
}

/** What a key's schema says, with the wrappers around it taken off. */
interface Key {
  readonly inner: z.core.$ZodType;
  readonly description: string;
  readonly defaultText: string;
}

function unwrap(schema: z.core.$ZodType): Key {
  let inner = schema;
  let description = "";
  let defaultText = "";
  for (;;) {
    description ||= z.globalRegistry.get(inner)?.description ?? "";
    const { def } = inner._zod as { def: z.core.$ZodTypes["_zod"]["def"] };
    if (def.type === "prefault" || def.type === "default") {
      const isPlain = def.defaultValue !== null && typeof def.defaultValue !== "object";
      defaultText ||= isPlain ? code(String(def.defaultValue)) : "";
      inner = def.innerType;
    } else if (def.type === "optional" || def.type === "nullable") {
      inner = def.innerType;
    } else if (def.type === "pipe") {
      inner = def.in._zod.def.type === "transform" ? def.out : def.in;
    } else {
      return { inner, description, defaultText };
    }
  }
}

function rowsOf(schema: z.core.$ZodType, prefix: string): string[][] {
  const { inner } = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, z.core.$ZodType>).flatMap(([name, child]) => {
    const key = unwrap(child);
    const below = rowsOf(child, `${prefix}${name}.`);
    return below.length > 0
      ? below
      : [[code(prefix + name), shapeOf(key.inner), key.defaultText, key.description]];
  });
}

function shapeOf(schema: z.core.$ZodType): string {
  const { def } = schema._zod as { def: z.core.$ZodTypes["_zod"]["def"] };
  switch (def.type) {
    case "enum":
      return Object.values(def.entries)
        .map((value) => code(String(value)))
        .join(", ");
    case "array":
      return `list of ${shapeOf(def.element)}`;
    case "record":
      return "mapping";
    case "union":
      return def.options.map(shapeOf).join(" or ");
    default:
      return def.type;
  }
}
