import { diag } from "@opentelemetry/api";
import type { LoggerGate } from "../verbose/logger-gate.ts";

/** An instrumentation of either major of the SDK, with what it keeps about the modules that it patches. */
export interface InstrumentationLike {
  readonly instrumentationName: string;
  getConfig?(): { readonly disableLogSending?: boolean };
  readonly _modules?: readonly ModuleLike[];
}

/** A module, or a file of one. `patch` is called when it is loaded, and returns what the application gets. */
export interface ModuleLike {
  patch?: ((exports: unknown, version?: string) => unknown) | undefined;
  readonly files?: readonly ModuleLike[];
}

/** Puts a gate in front of the loggers of one library. Throws where the instrumentation is not as expected. */
export type InstallGate = (instrumentation: InstrumentationLike, gate: LoggerGate) => void;

/** Each library is told of once. */
const told = new Set<string>();

/** Says that a logger stays as it is. Of an error its type alone: it may quote data. */
export function tellLeft(library: string, reason: string, error?: unknown): void {
  if (told.has(library)) return;
  told.add(library);
  const type = error instanceof Error ? error.name : typeof error;
  const because = error === undefined ? reason : `${reason} (${type})`;
  diag.warn(
    `scrim: verbose lines of ${library} are not captured: ${because}; docs/loggers.md says how to open them by hand`,
  );
}

/** Changes what an instrumentation makes of a module. Where that fails the application gets what it would have without. */
export function afterPatch(
  library: string,
  target: ModuleLike,
  after: (patched: unknown, exports: unknown) => unknown,
): void {
  const { patch } = target;
  if (patch === undefined) return;
  target.patch = function patchAndGate(exports, version) {
    const patched = patch.call(this, exports, version);
    try {
      return after(patched, exports);
    } catch (error) {
      tellLeft(library, "this version is not known", error);
      return patched;
    }
  };
}

export function modulesOf({ _modules: modules }: InstrumentationLike): readonly ModuleLike[] {
  if (!Array.isArray(modules)) throw new TypeError("no modules");
  return modules;
}

/** A module's own exports, where it is imported and where it is required. */
export function exportsOf(module: unknown): unknown {
  return isNamespace(module) ? module.default : module;
}

export function isNamespace(module: unknown): module is { default: unknown; [name: string]: unknown } {
  return (module as { [Symbol.toStringTag]?: unknown })?.[Symbol.toStringTag] === "Module";
}

/** Sets a property as methods are, so that nobody sees it who lists an object's own. */
export function setHidden(object: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
}
