import { rootNode, type SchemaNode } from "./schema-node.ts";

/**
 * The reference page of the policy document as Markdown: each key with its type, range, default and meaning,
 * in the order of the schema.
 */
export function policyReference(): string {
  const { $defs = {}, ...document } = rootNode();
  const definitions = Object.entries($defs).map(([name, node]) => section(`## ${name}`, node));
  return `${[section("# Policy", document), ...definitions].join("\n\n")}\n`;
}

function section(heading: string, node: SchemaNode): string {
  const rows = rowsOf(node, "");
  return [heading, node.description, ...(rows.length > 0 ? [table(rows)] : [])].join("\n\n");
}

interface Row {
  readonly key: string;
  readonly node: SchemaNode;
  readonly isRequired: boolean;
}

/** A row for each key at this level and below. `<name>` stands for keys of the user's own, `[]` for items. */
function rowsOf(node: SchemaNode, prefix: string): readonly Row[] {
  const rows: Row[] = [];
  for (const [name, child] of Object.entries(node.properties ?? {})) {
    const key = prefix === "" ? name : `${prefix}.${name}`;
    rows.push(
      { key, node: child, isRequired: node.required?.includes(name) ?? false },
      ...rowsOf(child, key),
    );
  }
  for (const option of node.anyOf ?? []) rows.push(...rowsOf(option, prefix));
  if (node.items !== undefined) rows.push(...rowsOf(node.items, `${prefix}[]`));
  if (typeof node.additionalProperties === "object") {
    rows.push(...rowsOf(node.additionalProperties, `${prefix}.<name>`));
  }
  return rows;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ key, node, isRequired }) =>
    [`\`${key}\``, typeOf(node), isRequired ? "required" : defaultOf(node), node.description ?? ""].join(
      " | ",
    ),
  );
  return [
    "| key | type | default | meaning |",
    "|---|---|---|---|",
    ...lines.map((line) => `| ${line} |`),
  ].join("\n");
}

function defaultOf({ default: value }: SchemaNode): string {
  if (value === undefined) return "";
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}

function typeOf(node: SchemaNode): string {
  if (node.$ref !== undefined) {
    const name = node.$ref.slice(node.$ref.lastIndexOf("/") + 1);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (node.enum !== undefined) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.anyOf !== undefined) return node.anyOf.map(typeOf).join(", or ");
  switch (node.type) {
    case "array":
      return `list of ${typeOf(node.items ?? {})}${range(node.minItems, node.maxItems, "items")}`;
    case "object":
      return typeof node.additionalProperties === "object"
        ? `mapping of names to ${typeOf(node.additionalProperties)}`
        : "mapping";
    case "integer":
      return `whole number${range(node.minimum, node.maximum)}`;
    case "string":
      return `string${range(node.minLength, node.maxLength, "characters")}`;
    case "boolean":
      return "`true` or `false`";
    default:
      return node.type ?? "";
  }
}

function range(from: number | undefined, to: number | undefined, unit = ""): string {
  if (to === undefined) return "";
  const bounds = from === undefined ? `at most ${to}` : `${from} to ${to}`;
  return unit === "" ? `, ${bounds}` : ` (${bounds} ${unit})`;
}
