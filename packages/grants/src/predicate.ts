import { Environment } from "@marcbachmann/cel-js";
import { compileTextTest, type TextTest } from "@scrim/detect/text-test";
import { OperatingError } from "@scrim/errors";
import { PREDICATE_LENGTH_MAX } from "./grant.ts";

/*
 * Predicates over the attributes that a local root span begins with, in CEL. Of the language only what takes time linear in the
 * attributes: no comprehensions, no `matches`, which backtracks. In its place texts have `re2`, with an RE2 expression that is written out in the
 * predicate and compiled with it.
 */

/** For keys that are no identifiers: `attributes["http.request.header.x-tenant"]`. */
const ATTRIBUTES = "attributes";

const LIMITS = {
  maxAstNodes: 200,
  maxDepth: 32,
  maxListElements: 100,
  maxMapEntries: 0,
  maxCallArguments: 4,
};

const OPERATORS = new Set(["&&", "||", "!_", "==", "!=", "<", "<=", ">", ">=", "in", "?:", "list"]);
const FUNCTIONS = new Set(["has", "size"]);
const RE2 = "re2";
const METHODS = new Set(["startsWith", "endsWith", "contains", "size", "lowerAscii", RE2]);

/**
 * Size of all RE2 expressions of one predicate, in bytes that they look for. The worst that can be written within it take some tens of
 * milliseconds for the longest text that is looked at; those for paths and names have a tenth of it, and take microseconds.
 */
const EXPRESSIONS_SIZE_MAX = 256;

/** Attributes of a span, as far as they are looked at. */
export type StartAttributes = Readonly<Record<string, unknown>>;

export interface Predicate {
  /** The attributes that it looks at. */
  readonly keys: readonly string[];
  /** Never throws: where it can't be answered, for an attribute that is missing, the answer is no. */
  matches(attributes: StartAttributes): boolean;
}

/** Bounds of what callers may send, and a predicate has to read. */
const VALUE_LENGTH_MAX = 8_192;
const ELEMENTS_MAX = 64;

const EXAMPLE = "write it like: http.request.method == 'POST' && url.path == '/pay'";
const ALLOWED = `allowed are ${[...OPERATORS]
  .filter((op) => op !== "list")
  .join(" ")
  .replace(
    "!_",
    "!",
  )}, lists, has(), size(), startsWith(), endsWith(), contains(), lowerAscii() and re2('…')`;

interface Node {
  readonly op: string;
  readonly args: unknown;
}

const environment = new Environment({ unlistedVariablesAreDyn: true, limits: LIMITS });

/**
 * Compiles a predicate.
 *
 * @throws {OperatingError} `PREDICATE_INVALID` where it is no CEL, or uses what is not allowed here
 *
 * @example
 * ```ts
 * import { compilePredicate } from "@scrim/grants";
 * const predicate = compilePredicate("http.request.method == 'POST' && url.path.startsWith('/pay')");
 * console.log(predicate.keys.join()); // http.request.method,url.path
 * console.log(predicate.matches({ "http.request.method": "POST", "url.path": "/pay/7" })); // true
 * ```
 */
export function compilePredicate(text: string): Predicate {
  if (text.length > PREDICATE_LENGTH_MAX) {
    throw invalid(
      `it has more than ${PREDICATE_LENGTH_MAX} characters`,
      "make it a grant of its own for each part",
    );
  }
  const found: Found = { references: new Map(), expressions: new Map() };
  collect(parse(environment, text).ast as unknown as Node, found);
  const parsed = parse(environmentWith(found.expressions), text);
  const all = [...found.references.values()];
  checkPrefixes(all);
  return {
    keys: all.map(({ key }) => key),
    matches(attributes) {
      try {
        return parsed(contextOf(all, attributes)) === true;
      } catch {
        return false;
      }
    },
  };
}

/** A predicate's own, in which `re2` knows its expressions and no others. */
function environmentWith(expressions: ReadonlyMap<string, TextTest>): Environment {
  if (expressions.size === 0) return environment;
  return environment
    .clone()
    .registerFunction(`string.${RE2}(string): bool`, (text: string, source: string) =>
      expressions.get(source)!.test(text),
    );
}

function parse(inside: Environment, text: string): ReturnType<typeof environment.parse> {
  try {
    return inside.parse(text);
  } catch {
    throw invalid("it is no CEL expression, or too large a one", EXAMPLE);
  }
}

/** An attribute, and the members that lead to it in what the expression is evaluated on. */
interface Reference {
  readonly key: string;
  readonly path: readonly string[];
}

/** What was found in a predicate. */
interface Found {
  readonly references: Map<string, Reference>;
  /** By their source. */
  readonly expressions: Map<string, TextTest>;
}

/** Finds the attributes that a predicate names, and compiles its RE2 expressions; refuses what is not allowed. */
function collect(node: Node, found: Found): void {
  const reference = referenceOf(node);
  if (reference !== undefined) {
    found.references.set(reference.path.join("\0"), reference);
    return;
  }
  const { op, args } = node;
  switch (op) {
    case "value":
      return;
    case "call":
    case "rcall": {
      const [name, ...operands] = args as [string, ...(Node | Node[])[]];
      if (!(op === "call" ? FUNCTIONS : METHODS).has(name))
        throw invalid(`${name}() is not allowed`, ALLOWED);
      if (name === RE2) compileInto(found.expressions, operands.flat().slice(1));
      for (const operand of operands.flat()) collect(operand, found);
      return;
    }
    default:
      if (!OPERATORS.has(op)) throw invalid(`the operator ${op} is not allowed`, ALLOWED);
      for (const operand of [args].flat() as Node[]) collect(operand, found);
  }
}

/** Compiles what `re2` is called with: one expression, as a text. */
function compileInto(expressions: Map<string, TextTest>, [source, ...more]: readonly Node[]): void {
  if (source?.op !== "value" || typeof source.args !== "string" || more.length > 0)
    throw invalid(
      `${RE2}() takes one expression, written out`,
      `write it like: url.path.${RE2}('^/pay/[0-9]+$')`,
    );
  if (expressions.has(source.args)) return;
  let left = EXPRESSIONS_SIZE_MAX;
  for (const { size } of expressions.values()) left -= size;
  const compiled = compileTextTest(source.args, left);
  if (!("test" in compiled)) throw invalid(`in ${RE2}(): ${compiled.message}`, compiled.hint);
  expressions.set(source.args, compiled);
}

/** `http.request.method`, or `attributes["http.request.header.x-tenant"]`. */
function referenceOf({ op, args }: Node): Reference | undefined {
  if (op === "[]") {
    const [map, index] = args as [Node, Node];
    if (
      map.op !== "id" ||
      map.args !== ATTRIBUTES ||
      typeof index.args !== "string" ||
      index.op !== "value"
    ) {
      throw invalid("an index is allowed after attributes alone", `write ${ATTRIBUTES}["the.key"]`);
    }
    return { key: index.args, path: [ATTRIBUTES, index.args] };
  }
  const path = pathOf({ op, args });
  return path && { key: path.join("."), path };
}

function pathOf({ op, args }: Node): string[] | undefined {
  if (op === "id") {
    if (args === ATTRIBUTES) throw invalid(`${ATTRIBUTES} needs a key`, `write ${ATTRIBUTES}["the.key"]`);
    return [args as string];
  }
  if (op !== ".") return undefined;
  const [object, member] = args as [Node, string];
  const path = pathOf(object);
  path?.push(member);
  return path;
}

/** A value can't have members too. */
function checkPrefixes(references: readonly Reference[]): void {
  const dotted = references.map(({ path }) => path).filter(([first]) => first !== ATTRIBUTES);
  for (const path of dotted) {
    const inner = dotted.find(
      (other) => other.length > path.length && path.every((part, at) => part === other[at]),
    );
    if (inner === undefined) continue;
    throw invalid(
      `${path.join(".")} is an attribute and the beginning of another`,
      `write ${ATTRIBUTES}["${path.join(".")}"]`,
    );
  }
}

/** What the expression looks at, and nothing else; a member on the way is there, so that has() can ask for the last. */
function contextOf(references: readonly Reference[], attributes: StartAttributes): Record<string, unknown> {
  const context: Record<string, unknown> = Object.create(null);
  for (const { key, path } of references) {
    let object = context;
    for (const part of path.slice(0, -1)) {
      object[part] ??= Object.create(null);
      object = object[part] as Record<string, unknown>;
    }
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
    if (isComparable(value)) object[path.at(-1)!] = value;
  }
  return context;
}

/** Lists are looked at as well: a header has several values. Longer texts and lists than that are not compared with. */
function isComparable(value: unknown): boolean {
  switch (typeof value) {
    case "string":
      return value.length <= VALUE_LENGTH_MAX;
    case "number":
    case "boolean":
      return true;
    default:
      return (
        Array.isArray(value) &&
        value.length <= ELEMENTS_MAX &&
        value.every((element) => !Array.isArray(element) && isComparable(element))
      );
  }
}

function invalid(reason: string, hint: string): OperatingError {
  return new OperatingError("PREDICATE_INVALID", `the predicate can't be used: ${reason}`, { hint });
}
