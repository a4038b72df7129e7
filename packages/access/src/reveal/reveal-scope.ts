import type { RevealGrant } from "@scrim/grants";
import { compileGlob, type Glob } from "@scrim/policy";
import type { SealedFacts } from "@scrim/seal";
import type { Principal } from "../directory/principal.ts";

/** Why a value is not opened. Said in the audit log, and to nobody who asks. */
export type RefusalReason =
  | "not_a_person"
  | "not_opened"
  | "no_grant"
  | "not_in_force"
  | "tenant"
  | "service"
  | "class"
  | "trace"
  | "sealed_at"
  | "exhausted"
  | "ended_meanwhile";

/** Patterns of grants, compiled once for each bundle. */
const services = new WeakMap<RevealGrant, readonly Glob[]>();

/** What keeps a grant from allowing a value, by what is sealed with it; undefined where nothing does. */
export function outOfScope(
  grant: RevealGrant,
  { tenant }: Principal,
  facts: SealedFacts,
): RefusalReason | undefined {
  if (facts.tenant !== grant.tenant || tenant !== grant.tenant) return "tenant";
  if (!servicesOf(grant).some((glob) => glob.matches(facts.service))) return "service";
  if (!grant.classes.includes(facts.class)) return "class";
  if (grant.trace_ids !== undefined && !grant.trace_ids.includes(facts.traceId)) return "trace";
  if (!(grant.sealed_from <= facts.sealedAt && facts.sealedAt < grant.sealed_until)) return "sealed_at";
  return undefined;
}

function servicesOf(grant: RevealGrant): readonly Glob[] {
  let globs = services.get(grant);
  if (globs === undefined) {
    globs = grant.services.map((pattern) => compileGlob(pattern));
    services.set(grant, globs);
  }
  return globs;
}
