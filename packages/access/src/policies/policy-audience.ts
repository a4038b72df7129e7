import { compileGlob } from "@scrim/policy";
import type { PolicyAudience } from "./policy-version.ts";

/** Whether a policy for an audience is for a service in an environment. */
export function isFor(
  { services, environments }: PolicyAudience,
  service: string,
  environment: string,
): boolean {
  return matchesAny(services, service) && matchesAny(environments, environment);
}

/** Whether some service in some environment may be of both audiences. */
export function mayMeet(one: PolicyAudience, other: PolicyAudience): boolean {
  const meet = (a: readonly string[], b: readonly string[]) =>
    a.some((pattern) => b.some((each) => globsMeet(pattern, each)));
  return meet(one.services, other.services) && meet(one.environments, other.environments);
}

/** Whether both name the same patterns, in whatever order. */
export function isSameAudience(one: PolicyAudience, other: PolicyAudience): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf({ services, environments }: PolicyAudience): string {
  return JSON.stringify([[...new Set(services)].toSorted(), [...new Set(environments)].toSorted()]);
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => compileGlob(pattern).matches(text));
}

/**
 * Whether some text matches both patterns. Row by row over one pattern: at most 256 by 256 characters, each looked at once.
 */
function globsMeet(one: string, other: string): boolean {
  // reachable[j]: the first i characters of `one` and the first j of `other` match some same text.
  let reachable = Array.from({ length: other.length + 1 }, (_, j) => /^\**$/.test(other.slice(0, j)));
  for (const character of one.split("")) {
    const next: boolean[] = [];
    for (let j = 0; j <= other.length; j++) {
      const last = other[j - 1];
      const byOne = character === "*" && (reachable[j]! || (j > 0 && next[j - 1]!));
      const byOther = last === "*" && (next[j - 1]! || reachable[j]!);
      const byBoth = j > 0 && last === character && reachable[j - 1]!;
      next.push(byOne || byOther || byBoth);
    }
    reachable = next;
  }
  return reachable[other.length]!;
}
