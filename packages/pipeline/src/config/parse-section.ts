import { OperatingError } from "@scrim/errors";
import type { z } from "zod";
import { insteadOf } from "./collector-names.ts";
import { suggest } from "./suggest.ts";

/** Things that are wrong in one section, of which the rest is looked at nevertheless. */
const REMOVED_MAX = 64;

type Path = readonly PropertyKey[];

/**
 * Checks one part of the configuration against its schema and fills in defaults. Two things are read as what they
 * stand for: a text that looks like the number or boolean that belongs there, since environment variables only hold
 * text; and nothing where a mapping belongs, since `http:` means `http: {}`.
 *
 * @throws {OperatingError} `CONFIG_INVALID` with the path of the first wrong key
 */
export function parseSection<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: string,
): z.output<Schema> {
  const { data, problems } = checkSection(schema, value, path);
  if (problems.length === 0) return data as z.output<Schema>;
  throw problems[0];
}

/** As {@link parseSection}, with all that is wrong. */
export function checkSection<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  path: string,
): {
  /** Undefined where anything is wrong. */
  readonly data: z.output<Schema> | undefined;
  /** What it would be without what is wrong; undefined where that can't be left out. */
  readonly rest: () => z.output<Schema> | undefined;
  readonly problems: readonly OperatingError[];
} {
  const shapes = new Map<string, readonly string[]>();
  const remember = { error: (issue: z.core.$ZodRawIssue) => rememberKeys(shapes, issue) };
  let result = schema.safeParse(value, remember);
  if (!result.success) {
    const meant = asMeant(value, result.error.issues);
    if (meant !== undefined) result = schema.safeParse(meant, remember);
  }
  if (result.success) {
    const { data } = result;
    return { data, rest: () => data, problems: [] };
  }
  const found = result.error.issues;
  // A required key that is missing is often the one that was misspelled: say the slip first.
  const isSlip = ({ code }: z.core.$ZodIssue) => code === "unrecognized_keys";
  const issues = found
    .flatMap(eachKey)
    .filter((issue, _, all) => !isMissingBeside(issue, all))
    .toSorted((one, other) => Number(isSlip(other)) - Number(isSlip(one)));
  return {
    data: undefined,
    rest: () => restOf(schema, value, found),
    problems: issues.map((issue) => invalid(issue, shapes, path)),
  };
}

/** A required key is no second problem where something stands for it that the Collector has there. */
function isMissingBeside(issue: z.core.$ZodIssue, all: readonly z.core.$ZodIssue[]): boolean {
  if (!isMissing(issue)) return false;
  const holder = pathKey(issue.path.slice(0, -1));
  return all.some(
    (one) =>
      one.code === "unrecognized_keys" &&
      pathKey(one.path) === holder &&
      insteadOf(nameAbove(one.path, ""), one.keys[0]!) !== undefined,
  );
}

function isMissing({ code, message }: z.core.$ZodIssue): boolean {
  return code === "invalid_type" && message.endsWith("received undefined");
}

/** The nearest key above, or that of the section itself. */
function nameAbove(path: Path, section: string): string {
  return (
    (path.findLast((part) => typeof part === "string") as string | undefined) ?? section.split(".", 1)[0]!
  );
}

function eachKey(issue: z.core.$ZodIssue): z.core.$ZodIssue | z.core.$ZodIssue[] {
  return issue.code === "unrecognized_keys" ? issue.keys.map((key) => ({ ...issue, keys: [key] })) : issue;
}

/** While an issue is made, the schema that refused is at hand: keeps its keys for the hint. */
function rememberKeys(shapes: Map<string, readonly string[]>, issue: z.core.$ZodRawIssue): undefined {
  if (issue.code !== "unrecognized_keys") return;
  const { shape } = (issue.inst as z.core.$ZodObject)._zod.def;
  shapes.set(pathKey(issue.path ?? []), Object.keys(shape));
}

function invalid(
  issue: z.core.$ZodIssue,
  shapes: Map<string, readonly string[]>,
  path: string,
): OperatingError {
  const { message, hint } = describe(issue, shapes.get(pathKey(issue.path)) ?? [], path);
  const where = [path, ...issue.path.map(String)].filter((part) => part !== "").join(".");
  return new OperatingError("CONFIG_INVALID", message, {
    ...(where === "" ? {} : { path: where }),
    ...(hint === undefined ? {} : { hint }),
  });
}

function describe(
  issue: z.core.$ZodIssue,
  keys: readonly string[],
  section: string,
): { message: string; hint?: string } {
  switch (issue.code) {
    case "unrecognized_keys": {
      const [key] = issue.keys;
      const hint = insteadOf(nameAbove(issue.path, section), key!) ?? suggest(key!, keys, "Keys here");
      return { message: `unrecognized key "${key}"`, hint };
    }
    case "invalid_type":
      return {
        message: isMissing(issue) ? "required key is missing" : issue.message.replace(/^Invalid input: /, ""),
      };
    case "invalid_value":
      return { message: `expected one of: ${issue.values.map(String).join(", ")}` };
    case "invalid_key":
      return { message: issue.issues[0]?.message ?? "a name that is not allowed" };
    case "too_small":
      return { message: saidOf(issue) ?? `expected at least ${counted(issue.minimum, issue.origin)}` };
    case "too_big":
      return { message: saidOf(issue) ?? `expected at most ${counted(issue.maximum, issue.origin)}` };
    case "invalid_union":
      return { message: "none of the forms that are allowed here" };
    case "custom": {
      const hint: unknown = issue.params?.hint;
      return typeof hint === "string" ? { message: issue.message, hint } : { message: issue.message };
    }
    default:
      return { message: issue.message };
  }
}

/** What the schema says itself. */
function saidOf({ message }: z.core.$ZodIssue): string | undefined {
  return /^Too (?:small|big): /.test(message) ? undefined : message;
}

function counted(limit: number | bigint, origin: string): string {
  if (origin === "array") return `${limit} ${limit === 1 ? "entry" : "entries"}`;
  return origin === "string" ? `${limit} ${limit === 1 ? "character" : "characters"}` : `${limit}`;
}

/** A copy of `value` where what has a wrong type, but stands for a right one, is that; undefined if nothing does. */
function asMeant(value: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  const root = { value: structuredClone(value) };
  let changed = false;
  for (const issue of issues) {
    if (issue.code !== "invalid_type") continue;
    const path = ["value", ...issue.path];
    const holder = at(root, path.slice(0, -1));
    const meant = readAs(holder?.[path.at(-1)!], issue.expected);
    if (holder === undefined || meant === undefined) continue;
    holder[path.at(-1)!] = meant;
    changed = true;
  }
  return changed ? root.value : undefined;
}

/** What `value` is read as without what is wrong, one by one; undefined where too much is, or the whole. */
function restOf<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  issues: readonly z.core.$ZodIssue[],
): z.output<Schema> | undefined {
  const root = { value: structuredClone(value) };
  let left = issues;
  for (let n = 0; n < REMOVED_MAX && left.length <= REMOVED_MAX; n++) {
    const wrong = placeOf(left.at(-1)!);
    if (wrong === undefined) return undefined;
    const holder = at(root, ["value", ...wrong.slice(0, -1)]);
    if (Array.isArray(holder)) holder.splice(Number(wrong.at(-1)), 1);
    else delete holder?.[wrong.at(-1)!];
    const result = schema.safeParse(root.value);
    if (result.success) return result.data;
    left = result.error.issues;
  }
  return undefined;
}

/** What would have to go; undefined where that is all. */
function placeOf(issue: z.core.$ZodIssue): Path | undefined {
  const path = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
  const wrong = isMissing(issue) ? path.slice(0, -1) : path;
  return wrong.length === 0 ? undefined : wrong;
}

function readAs(value: unknown, expected: string): unknown {
  switch (expected) {
    case "object":
    case "record":
      return value === null ? {} : undefined;
    case "boolean":
      return value === "true" ? true : value === "false" ? false : undefined;
    case "number":
    case "int":
      return typeof value === "string" && /^-?\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : undefined;
    default:
      return undefined;
  }
}

function at(tree: unknown, path: Path): Record<PropertyKey, unknown> | undefined {
  let node = tree;
  for (const key of path) {
    if (typeof node !== "object" || node === null) return undefined;
    node = (node as Record<PropertyKey, unknown>)[key];
  }
  return typeof node === "object" && node !== null ? (node as Record<PropertyKey, unknown>) : undefined;
}

function pathKey(path: Path): string {
  return JSON.stringify(path.map(String));
}
