/** At most this many records are named in one problem. */
const NAMED_MAX = 5;

export function named(property: string, records: readonly (number | string)[]): string[] {
  if (records.length === 0) return [];
  return [`${property}: ${records.length} (${records.slice(0, NAMED_MAX).join(", ")})`];
}
