import { OperatingError } from "@scrim/errors";

/** Deeper than any configuration; an alias that contains itself would be endless. */
const DEPTH_MAX = 64;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces `${env:NAME}` and `${env:NAME:-default}` in every string value of a configuration, and `$$` by `$`. Keys
 * stay as they are, and what a variable holds is not looked at again. Other schemes of the Collector, files above
 * all, are refused: a configuration should not be able to read whatever the process can.
 *
 * @throws {OperatingError} `CONFIG_INVALID` for a variable that is not set and has no default
 */
export function expandEnvironment(value: unknown, environment: Environment): unknown {
  return expand(value, environment, []);
}

function expand(value: unknown, environment: Environment, path: readonly string[]): unknown {
  if (typeof value === "string") return expandText(value, environment, path.join("."));
  if (typeof value !== "object" || value === null) return value;
  if (path.length === DEPTH_MAX)
    throw new OperatingError("CONFIG_INVALID", `nested over ${DEPTH_MAX} levels`, { path: path[0]! });
  const entries = Object.entries(value).map(
    ([key, child]) => [key, expand(child, environment, [...path, key])] as const,
  );
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

function expandText(text: string, environment: Environment, path: string): string {
  return text.replace(/\$\$|\$\{([^}]*)\}/g, (whole, inside: string | undefined) =>
    whole === "$$" ? "$" : lookUp(inside!, environment, path),
  );
}

function lookUp(expression: string, environment: Environment, path: string): string {
  const match = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(expression);
  if (match === null)
    throw new OperatingError("CONFIG_INVALID", `only \${env:NAME} can stand in \${…}`, {
      path,
      hint: `write "\${env:NAME}" or "\${env:NAME:-default}"; a dollar sign itself is "$$"`,
    });
  const [, name, fallback] = match;
  const value = environment[name!] ?? fallback;
  if (value === undefined)
    throw new OperatingError("CONFIG_INVALID", `the environment variable ${name} is not set`, {
      path,
      hint: `set it, or give a default: "\${env:${name}:-default}"`,
    });
  return value;
}
