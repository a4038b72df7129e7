/**
 * What a terminal would obey rather than show, and what ends a line: control characters (C0, DEL, C1), lone surrogates, and what turns the direction
 * of text or breaks lines. https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text with such characters written out: `\u000a`. What stands in JSON stays JSON. */
export function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
