import { OperatingError } from "@scrim/errors";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { documentError, type PolicyDocument } from "./document.ts";
import { shapeOf } from "./document-shape.ts";
import type { KeyPath } from "./key-path.ts";
import { PolicySchema, type PolicySettings } from "./schema.ts";
import { describeIssue, firstIssue } from "./schema-issue.ts";

export const DOCUMENT_BYTES_MAX = 1_048_576;

/** Uses of anchors in one document. Each can stand for all the others, so more would be a bomb. */
const ALIASES_MAX = 100;

/**
 * Checks a policy written in YAML 1.2 or JSON. `source` is what errors call it, usually the file's name.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` when it is too large or not YAML, `POLICY_INVALID` with the
 * key's path when a key or value is wrong.
 * @example
 * ```ts
 * import { parsePolicy } from "@scrim/policy";
 * const document = parsePolicy("version: 1\nrules:\n  - { attribute: order.id, action: keep }\n", "shop.yaml");
 * console.log(document.lineOf(["rules", 0])); // 3
 * ```
 */
export function parsePolicy(text: string, source: string): PolicyDocument {
  if (Buffer.byteLength(text) > DOCUMENT_BYTES_MAX) {
    throw new OperatingError("CONFIG_UNREADABLE", `a policy has at most ${DOCUMENT_BYTES_MAX} bytes`, {
      path: source,
      hint: "split it into layers",
    });
  }
  const lines = new LineCounter();
  const yaml = readYaml(text, lines, source);
  const lineOf = (path: KeyPath) => lineIn(yaml, lines, path);
  return { source, settings: checkSettings(toValue(yaml, source), { source, lineOf }), lineOf };
}

/** Checks a policy given as an object, as applications do that configure Scrim in code. */
export function definePolicy(settings: PolicySettings, source = settings.name ?? "policy"): PolicyDocument {
  const lineOf = () => undefined;
  return { source, settings: checkSettings(settings, { source, lineOf }), lineOf };
}

function checkSettings(value: unknown, place: Pick<PolicyDocument, "source" | "lineOf">): PolicySettings {
  const result = PolicySchema.safeParse(value, { error: describeIssue });
  if (result.success) return result.data;
  const issue = firstIssue(result.error);
  throw documentError("POLICY_INVALID", place, issue.path, issue);
}

function readYaml(text: string, lineCounter: LineCounter, source: string): Document.Parsed {
  const yaml = withoutStackOverflow(source, () =>
    parseDocument(text, { lineCounter, prettyErrors: false, stringKeys: true, uniqueKeys: false }),
  );
  // A tag that nothing resolves is only a warning to the parser; here no tag is welcome.
  const problem = yaml.errors[0] ?? yaml.warnings[0];
  const placeOf = (offset: number) => `${source}:${lineCounter.linePos(offset).line}`;
  if (problem === undefined) {
    const { repeatedKey, aliases } = shapeOf(yaml);
    if (aliases > ALIASES_MAX) throw unresolved(source);
    if (repeatedKey === undefined) return yaml;
    throw new OperatingError("POLICY_INVALID", "this key stands twice in one mapping", {
      path: placeOf(repeatedKey),
      hint: "join the two, or remove one",
    });
  }
  // The parser's own message may quote the text.
  const name = problem.code.toLowerCase().replaceAll("_", " ");
  throw new OperatingError("CONFIG_UNREADABLE", `not well-formed YAML (${name})`, {
    path: placeOf(problem.pos[0]),
    hint: "quote texts that begin with one of * & ! % @ ` [ {, or that hold a colon before a space",
  });
}

function toValue(yaml: Document.Parsed, source: string): unknown {
  return withoutStackOverflow(source, () => yaml.toJS({ maxAliasCount: ALIASES_MAX }));
}

/** The parser recurses into collections, and looks at aliases only when it makes values of them. */
function withoutStackOverflow<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ReferenceError) throw unresolved(source);
    throw new OperatingError("CONFIG_UNREADABLE", "nested too deeply", {
      path: source,
      hint: "no policy needs this",
    });
  }
}

function unresolved(source: string): OperatingError {
  return new OperatingError("CONFIG_UNREADABLE", "aliases can't be resolved", {
    path: source,
    hint: `at most ${ALIASES_MAX} uses of anchors that stand before them`,
  });
}

/** Follows the path as far as it is written, and answers with the line of the last key on the way. */
function lineIn(yaml: Document.Parsed, lines: LineCounter, path: KeyPath): number {
  let node: unknown = yaml.contents;
  let offset = yaml.contents?.range[0] ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(yaml);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (pair === undefined) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = startOf(node) ?? offset;
    } else {
      break;
    }
  }
  return lines.linePos(offset).line;
}

function startOf(node: unknown): number | undefined {
  return (node as { readonly range?: readonly number[] | null } | undefined)?.range?.[0];
}
