/** How text is written inside JSON and URLs, and read there. */

const QUOTE = Buffer.from('"');

/** What stands between the quotes of a JSON string that says `text`. */
export function escapeJson(text: Buffer): Buffer {
  return Buffer.from(JSON.stringify(text.toString()).slice(1, -1));
}

/** What the inside of a JSON string says; undefined where it has an escape that JSON doesn't know. */
export function unescapeJson(inside: Buffer): Buffer | undefined {
  try {
    return Buffer.from(JSON.parse(`"${inside.toString()}"`) as string);
  } catch {
    return undefined;
  }
}

/** As a JSON string. */
export function quoted(text: Buffer): Buffer {
  return Buffer.concat([QUOTE, escapeJson(text), QUOTE]);
}

/** As part of a URL's path or query. What either may hold as it is stays. */
export function percentEncode(text: Buffer): Buffer {
  return Buffer.from(encodeURIComponent(text.toString()).replace(/%(?:2F|3A|2C|40)/g, decodeURIComponent));
}
