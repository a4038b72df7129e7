/** Where something stands in a document: `["rules", 2, "attribute"]`. */
export type KeyPath = readonly PropertyKey[];

/**
 * A key path as people write it: `rules[2].attribute`, `aliases["user.email"]`.
 */
export function formatKeyPath(path: KeyPath): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else if (!/^[\w-]+$/.test(String(key))) text += `[${JSON.stringify(String(key))}]`;
    else text += text === "" ? String(key) : `.${String(key)}`;
  }
  return text;
}

/** Reads what {@link formatKeyPath} writes for plain keys: `examples.match[0]`. */
export function parseKeyPath(text: string): KeyPath {
  const keys = text.split(/[.[\]]+/).filter((key) => key !== "");
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}
