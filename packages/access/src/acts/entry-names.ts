import { createHash } from "node:crypto";

/** What may stand in an entry as it is. */
const ENTRY_ID = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

/** Names that one entry lists. */
const LISTED_MAX = 32;

/** Names of services, say, as entries have them: ones with other characters as a digest. */
export function entryNames(names: readonly string[]): string[] {
  return names.slice(0, LISTED_MAX).map(entryName);
}

export function entryName(name: string): string {
  if (ENTRY_ID.test(name)) return name;
  return `sha256:${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}
