import { stringify } from "yaml";
import { z } from "zod";
import type { ComponentTable, Kind } from "../graph/component-table.ts";
import { withDefaultExtensions } from "../graph/default-extensions.ts";
import { typeOf } from "./component-id.ts";
import { Config } from "./config.ts";
import { type Expansion, expandEnvironment } from "./expand-environment.ts";
import { readYaml } from "./read-yaml.ts";

/** What stands in the place of a secret. */
export const HIDDEN = "[REDACTED]";

/** Deeper than any schema; a plug-in's may contain itself. */
const DEPTH_MAX = 64;

/** Keys of secrets in schemas that don't say so, a plug-in's for instance. Names of files and bounds are none. */
const SECRET_KEY =
  /^(?!(?:max|min|num)_)(?:.*[_-])?(?:passwords?|passwd|passphrase|secrets?|tokens?|api[_-]?keys?|private[_-]?key|authorization|credentials?|cookies?|headers)$/i;

/** A URL with a password in it, which may hold an `@` itself: the last one ends it. */
const URL_PASSWORD = /(\b[a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/gi;

/** One with a query, where keys of APIs are given. */
const URL_QUERY = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s?#]*[?#])\S+/gi;

const KINDS: Readonly<Record<string, Kind>> = {
  receivers: "receiver",
  processors: "processor",
  exporters: "exporter",
  extensions: "extension",
};

/** Where what it names is found. */
type ReadFrom = Pick<Expansion, "environment" | "files">;

/**
 * A configuration as it is in force: with all defaults, as it could be written, in YAML. What may be a secret is hidden: keys whose
 * schema has the meta `isSecret`, keys that are named like one, and whatever was filled in from the environment or a file.
 *
 * @param source one that `planGraph` has taken
 */
export function showConfig(source: string | object, table: ComponentTable, from: ReadFrom): string {
  return stringify(shownConfig(source, table, from), { lineWidth: 0, aliasDuplicateObjects: false });
}

function shownConfig(source: string | object, table: ComponentTable, from: ReadFrom): unknown {
  const filledIn = new Set<string>();
  const raw = expandEnvironment(typeof source === "string" ? readYaml(source) : source, {
    ...from,
    filledIn: (path) => filledIn.add(pathKey(path)),
  });
  const show = shower(filledIn);
  const config = show(raw, Config, []) as Record<string, Record<string, unknown>>;
  const sections = withDefaultExtensions(raw as { extensions?: object; service?: { extensions?: unknown } });
  for (const [section, kind] of Object.entries(KINDS)) {
    const components = Object.entries((sections as Record<string, object | null | undefined>)[section] ?? {});
    config[section] = Object.fromEntries(
      components.map(([id, value]) => {
        const schema = table.get(kind)?.get(typeOf(id))?.configSchema;
        return [id, show(value ?? {}, schema, [section, id])];
      }),
    );
  }
  return config;
}

type Show = (value: unknown, schema: z.core.$ZodType | undefined, path: readonly string[]) => unknown;

function shower(filledIn: ReadonlySet<string>): Show {
  const show: Show = (value, schema, path) => {
    const { inner, isSecret, fallback } = unwrap(schema);
    const given = value === undefined ? fallback : value;
    if (given === undefined || path.length > DEPTH_MAX) return undefined;
    const isHidden = isSecret || filledIn.has(pathKey(path)) || SECRET_KEY.test(path.at(-1) ?? "");
    if (isHidden) return hide(given);
    if (Array.isArray(given))
      return given.map((each, at) => show(each, elementOf(inner), [...path, String(at)]));
    if (typeof given === "string")
      return given.replace(URL_PASSWORD, `$1${HIDDEN}@`).replace(URL_QUERY, `$1${HIDDEN}`);
    if (inner instanceof z.ZodObject || (typeof given === "object" && given !== null))
      return showMapping((given ?? {}) as object, inner, path);
    return given;
  };
  const showMapping = (value: object, inner: z.core.$ZodType | undefined, path: readonly string[]) => {
    const shape: Readonly<Record<string, z.core.$ZodType>> = inner instanceof z.ZodObject ? inner.shape : {};
    const keys = new Set([...Object.keys(value), ...Object.keys(shape)]);
    const shown = [...keys].map((key) => {
      const child = Object.hasOwn(shape, key) ? shape[key] : elementOf(inner);
      const own = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
      return [key, show(own, child, [...path, key])] as const;
    });
    return Object.fromEntries(shown.filter(([, each]) => each !== undefined));
  };
  return show;
}

/** Every text and number of it; its keys stay, since they say what is configured. */
function hide(value: unknown): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(hide);
  if (typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, hide(each)]));
  return HIDDEN;
}

interface Unwrapped {
  readonly inner: z.core.$ZodType | undefined;
  readonly isSecret: boolean;
  readonly fallback: unknown;
}

/** What a schema is about, with the wrappers around it taken off. */
function unwrap(schema: z.core.$ZodType | undefined): Unwrapped {
  let inner = schema;
  let isSecret = false;
  let fallback: unknown;
  while (inner !== undefined) {
    isSecret ||= z.globalRegistry.get(inner)?.isSecret === true;
    const { def } = inner._zod as { def: z.core.$ZodTypes["_zod"]["def"] };
    if (def.type === "prefault" || def.type === "default") {
      fallback ??= def.defaultValue;
      inner = def.innerType;
    } else if (def.type === "optional" || def.type === "nullable") {
      inner = def.innerType;
    } else if (def.type === "pipe") {
      inner = def.in._zod.def.type === "transform" ? def.out : def.in;
    } else {
      break;
    }
  }
  return { inner, isSecret, fallback };
}

function elementOf(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema === undefined) return undefined;
  const { def } = schema._zod as { def: z.core.$ZodTypes["_zod"]["def"] };
  if (def.type === "array") return def.element;
  return def.type === "record" ? def.valueType : undefined;
}

function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}
