import { z } from "zod";
import { code, table } from "./markdown.ts";

/** The keys of a configuration's schema, with values, defaults and meanings. `prefix` stands before each. */
export function keyTable(schema: z.ZodType, prefix = ""): string {
  const rows = rowsOf(schema, prefix);
  return rows.length === 0 ? "No keys." : table(["key", "value", "default", "meaning"], rows);
}

/** What a key's schema says, with the wrappers around it taken off. */
interface Key {
  readonly inner: z.core.$ZodType;
  readonly description: string;
  readonly defaultText: string;
}

function unwrap(schema: z.core.$ZodType): Key {
  let inner = schema;
  let description = "";
  let defaultText = "";
  for (;;) {
    description ||= z.globalRegistry.get(inner)?.description ?? "";
    const { def } = inner._zod as { def: z.core.$ZodTypes["_zod"]["def"] };
    if (def.type === "prefault" || def.type === "default") {
      const isPlain = def.defaultValue !== null && typeof def.defaultValue !== "object";
      defaultText ||= isPlain ? code(String(def.defaultValue)) : "";
      inner = def.innerType;
    } else if (def.type === "optional" || def.type === "nullable") {
      inner = def.innerType;
    } else if (def.type === "pipe") {
      inner = def.in._zod.def.type === "transform" ? def.out : def.in;
    } else {
      return { inner, description, defaultText };
    }
  }
}

function rowsOf(schema: z.core.$ZodType, prefix: string): string[][] {
  const { inner } = unwrap(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, z.core.$ZodType>).flatMap(([name, child]) => {
    const key = unwrap(child);
    const below = rowsOf(child, `${prefix}${name}.`);
    if (below.length > 0) return below;
    const own = [code(prefix + name), shapeOf(key.inner), key.defaultText, key.description];
    return [own, ...rowsOfEach(key.inner, prefix + name)];
  });
}

/** Keys of what a mapping has under names that users give, or a list one by one. */
function rowsOfEach(schema: z.core.$ZodType, prefix: string): string[][] {
  const { def } = schema._zod as { def: z.core.$ZodTypes["_zod"]["def"] };
  if (def.type === "record") return rowsOf(def.valueType, `${prefix}.NAME.`);
  return def.type === "array" ? rowsOf(def.element, `${prefix}[].`) : [];
}

function shapeOf(schema: z.core.$ZodType): string {
  const { def } = schema._zod as { def: z.core.$ZodTypes["_zod"]["def"] };
  switch (def.type) {
    case "enum":
      return Object.values(def.entries)
        .map((value) => code(String(value)))
        .join(", ");
    case "array":
      return `list of ${shapeOf(def.element)}`;
    case "record":
      return "mapping";
    case "union":
      return def.options.map(shapeOf).join(" or ");
    default:
      return def.type;
  }
}
