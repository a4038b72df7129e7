import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { policyJsonSchema } from "./json-schema.ts";
import { policyReference } from "./reference.ts";
import { rootNode, type SchemaNode } from "./schema-node.ts";

test("the committed JSON Schema is the generated one", () => {
  const committed = readFileSync(new URL("../policy.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(committed), "run: pnpm --filter @scrim/policy schema").toEqual(policyJsonSchema());
});

test("every key has a meaning, and every number a range", () => {
  const { $defs = {}, ...document } = rootNode();
  for (const [name, node] of [...keysOf(document), ...Object.values($defs).flatMap(keysOf)]) {
    expect(node.description, name).toMatch(/^.*[^ ]$/);
    if (node.type === "integer") expect([node.minimum, node.maximum], name).not.toContain(undefined);
    if (node.type === "string" && !node.enum) expect(node.const ?? node.maxLength, name).toBeDefined();
    if (node.type === "array") expect(node.maxItems, name).toBeDefined();
  }
});

function keysOf(node: SchemaNode): readonly [name: string, node: SchemaNode][] {
  const properties = Object.entries(node.properties ?? {});
  const below = [
    ...(node.anyOf ?? []),
    ...(node.items ? [node.items] : []),
    ...properties.map(([, child]) => child),
  ];
  return [...properties, ...below.flatMap(keysOf)];
}

test("the reference has a row for each key, with type, range, default and meaning", () => {
  const page = policyReference();
  expect(page).toContain("| `unknown` | `keep`, `scan`, `mask`, `drop` | `scan` | What an attribute gets");
  expect(page).toContain("| `limits.candidates_max` | whole number, 1 to 100000 | `1000` | Candidates");
  expect(page).toContain("| `rules[].action` | [Action](#action) | required | What becomes of the value. |");
  expect(page).toContain("| `mask.keep_first` | whole number, 1 to 64 |");
  expect(page).not.toMatch(/undefined|\[object/);
});
