import { policyJsonSchema } from "./json-schema.ts";
import type { KeyPath } from "./key-path.ts";

/** The parts of JSON Schema that the policy's uses. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, SchemaNode>>;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The policy document's schema, with `$defs` for what it refers to. */
export function rootNode(): SchemaNode {
  return policyJsonSchema() as SchemaNode;
}

/** What the key at the path is for: its own description or that of the nearest key above. */
export function meaningOf(path: KeyPath): string | undefined {
  const root = rootNode();
  let nodes: readonly SchemaNode[] = [root];
  let meaning: string | undefined;
  for (const key of path) {
    nodes = nodes.flatMap((node) => expand(node, root)).flatMap((node) => childOf(node, key) ?? []);
    meaning = nodes.find(({ description }) => description !== undefined)?.description ?? meaning;
  }
  return meaning;
}

/** The node itself without references, or the alternatives it stands for. */
function expand(node: SchemaNode, root: SchemaNode): readonly SchemaNode[] {
  if (node.$ref !== undefined) return expand(root.$defs![node.$ref.slice("#/$defs/".length)]!, root);
  return node.anyOf?.flatMap((option) => expand(option, root)) ?? [node];
}

function childOf(node: SchemaNode, key: PropertyKey): SchemaNode | undefined {
  if (typeof key === "number") return node.items;
  const { properties = {}, additionalProperties } = node;
  if (Object.hasOwn(properties, key)) return properties[String(key)];
  return typeof additionalProperties === "object" ? additionalProperties : undefined;
}
