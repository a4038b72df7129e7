/*
 * `tracestate` as it stands in spans and links (W3C Trace Context, section 3.3): members `key=value`, separated by commas, with blanks
 * around them.
 */

/** The values of a key's members. The key occurs once in what is well formed. */
export function membersOf(traceState: string, key: string): string[] {
  return traceState
    .split(",")
    .map((member) => member.trim())
    .filter((member) => member.startsWith(`${key}=`))
    .map((member) => member.slice(key.length + 1));
}

/** The text without a key's members; what is left stays as it was. */
export function withoutMember(traceState: string, key: string): string {
  return traceState
    .split(",")
    .filter((member) => !member.trim().startsWith(`${key}=`))
    .join(",");
}
