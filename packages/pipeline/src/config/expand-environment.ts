import { OperatingError } from "@scrim/errors";
import type { ConfigFiles } from "../files/config-files.ts";
import { readAllowedFile } from "./allowed-file.ts";

/** Deeper than any configuration; an alias that contains itself would be endless. */
const DEPTH_MAX = 64;

/** More values than any configuration; aliases of aliases would be billions. */
const VALUES_MAX = 100_000;

export type Environment = Readonly<Record<string, string | undefined>>;

/** What is told of a configuration while its `${…}` are replaced. */
export interface Expansion {
  readonly environment: Environment;
  /** A value that is not written in the configuration, or not all of it. The path is that of its key. */
  readonly filledIn?: (path: readonly string[]) => void;
  /** Knows the files that are read, and keeps what they held. */
  readonly files?: ConfigFiles;
  /** What is wrong; thrown unless given. The value is left as it was then. */
  readonly report?: (problem: OperatingError) => void;
}

/**
 * Replaces `${env:NAME}`, `${env:NAME:-default}` and `${file:NAME}` in every string value of a configuration, and `$$` by `$`.
 * Keys stay as they are, and what is filled in is not looked at again. Files are only those beneath folders that the
 * environment names ({@link readAllowedFile}); the Collector's other schemes are refused.
 *
 * @throws {OperatingError} `CONFIG_INVALID` for a variable that is not set and has no default, and for a file that may not
 *   be named, and for more levels or values than any configuration has; `CONFIG_UNREADABLE`
 */
export function expandEnvironment(value: unknown, expansion: Expansion): unknown {
  return expand(value, { ...expansion, left: VALUES_MAX }, []);
}

/** With how many values may still come. */
interface Expanding extends Expansion {
  left: number;
}

/** @param path of keys to the value; longer on the way, and as it was afterwards */
function expand(value: unknown, expansion: Expanding, path: string[]): unknown {
  if (expansion.left-- === 0)
    throw new OperatingError(
      "CONFIG_INVALID",
      `over ${VALUES_MAX} values, aliases counted as what they stand for`,
      { path: path[0]! },
    );
  if (typeof value === "string") return expandText(value, expansion, path);
  if (typeof value !== "object" || value === null) return value;
  if (path.length === DEPTH_MAX)
    throw new OperatingError("CONFIG_INVALID", `nested over ${DEPTH_MAX} levels`, { path: path[0]! });
  const expandChild = (key: string, child: unknown): unknown => {
    path.push(key);
    const expanded = expand(child, expansion, path);
    path.pop();
    return expanded;
  };
  if (Array.isArray(value)) return value.map((child, at) => expandChild(String(at), child));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, expandChild(key, child)]));
}

function expandText(text: string, expansion: Expansion, path: readonly string[]): string {
  return text.replace(/\$\$|\$\{([^}]*)\}/g, (whole, inside: string | undefined) => {
    if (whole === "$$") return "$";
    try {
      return lookUp(inside!, expansion, path);
    } catch (error) {
      if (expansion.report === undefined || !(error instanceof OperatingError)) throw error;
      expansion.report(error);
      return whole;
    }
  });
}

function lookUp(expression: string, expansion: Expansion, path: readonly string[]): string {
  const file = /^file:(.+)$/s.exec(expression)?.[1];
  if (file !== undefined) {
    expansion.filledIn?.([...path]);
    return readAllowedFile(file, path.join("."), expansion);
  }
  const match = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(expression);
  if (match === null)
    throw new OperatingError("CONFIG_INVALID", `only \${env:NAME} and \${file:NAME} can stand in \${…}`, {
      path: path.join("."),
      hint: `write "\${env:NAME}" or "\${env:NAME:-default}"; a dollar sign itself is "$$"`,
    });
  const [, name, fallback] = match;
  const value = expansion.environment[name!];
  if (value !== undefined) expansion.filledIn?.([...path]);
  const used = value ?? fallback;
  if (used === undefined)
    throw new OperatingError("CONFIG_INVALID", `the environment variable ${name} is not set`, {
      path: path.join("."),
      hint: `set it, or give a default: "\${env:${name}:-default}"`,
    });
  return used;
}
