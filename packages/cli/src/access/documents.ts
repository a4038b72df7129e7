import { escapeUnsafe } from "../reveal/escape-unsafe.ts";

/** A document as one line of JSON, without anything that a terminal would obey. */
export function jsonLine(document: unknown): string {
  return `${escapeUnsafe(JSON.stringify(document))}\n`;
}
