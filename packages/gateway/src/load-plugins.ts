import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { OperatingError } from "@scrim/errors";
import type { Component, ProcessorDefinition } from "@scrim/pipeline";

const KINDS = ["receiver", "processor", "exporter", "extension"];

/**
 * Imports the modules that `service.plugins` names. Each has a component, or a list of them, as its default export.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` if a module can't be imported, `CONFIG_INVALID` if it is no plug-in
 */
export async function loadPlugins(modules: readonly string[], baseDir: string): Promise<Component[]> {
  const components: Component[] = [];
  for (const [at, module] of modules.entries()) {
    const path = `service.plugins.${at}`;
    const exported = await importDefault(resolve(baseDir, module), path);
    for (const component of [exported].flat()) {
      if (!isComponent(component)) throw notAPlugin(path);
      components.push(component);
    }
  }
  return components;
}

async function importDefault(file: string, path: string): Promise<unknown> {
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(file).href);
    return module.default;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "unknown error";
    throw new OperatingError("CONFIG_UNREADABLE", `the module can't be imported: ${reason}`, {
      path,
      hint: "paths start from the folder of the configuration file",
      cause,
    });
  }
}

function isComponent(value: unknown): value is Component {
  if (typeof value !== "object" || value === null) return false;
  const { kind, type, configSchema, create } = value as Partial<Component>;
  if (kind === "processor" && !declaresText(value as Partial<ProcessorDefinition>)) return false;
  return (
    KINDS.includes(kind ?? "") &&
    typeof type === "string" &&
    typeof configSchema === "object" &&
    typeof create === "function"
  );
}

/** A processor says whether it adds text; one that doesn't is none. */
function declaresText({ capabilities }: Partial<ProcessorDefinition>): boolean {
  return typeof capabilities?.adds_text === "boolean";
}

function notAPlugin(path: string): OperatingError {
  return new OperatingError("CONFIG_INVALID", "the module's default export is no component", {
    path,
    hint: "export default defineProcessor({ … }), from @scrim/pipeline; a processor declares capabilities.adds_text",
  });
}
