import { compileGlob } from "@scrim/policy";
import type { Principal } from "../directory/principal.ts";
import { Refusal } from "../http/refusal.ts";
import type { EnrolledService } from "../store/enrolled-service.ts";
import { findAll } from "../store/find-all.ts";
import type { ReadTransaction } from "../store/store.ts";
import { AUDIENCES_MAX } from "./access-request.ts";
import type { RuleContext } from "./rule-expression.ts";
import type { Scope } from "./scope.ts";

/**
 * The enrolled services that a scope's patterns name.
 *
 * @throws {Refusal} `no_service`
 */
export async function targetsOf(
  transaction: ReadTransaction,
  tenant: string,
  { services, environments }: Scope,
): Promise<readonly EnrolledService[]> {
  const enrolled = await findAll(transaction, "service", { tenant });
  const [isService, isEnvironment] = [services, environments].map(anyOf) as [Matches, Matches];
  const matching = enrolled.filter((each) => isService(each.service) && isEnvironment(each.environment));
  if (matching.length === 0 || matching.length > AUDIENCES_MAX) throw new Refusal("no_service");
  return matching;
}

type Matches = (name: string) => boolean;

function anyOf(patterns: readonly string[]): Matches {
  const globs = patterns.map(compileGlob);
  return (name) => globs.some((glob) => glob.matches(name));
}

/** What rules are told of a request, for one of its services. */
export function ruleContext(
  scope: Scope,
  durationS: number,
  owners: readonly string[],
  requester: Pick<Principal, "kind" | "roles" | "teams" | "onCall" | "actingFor">,
  target: { readonly service: string; readonly environment: string },
): RuleContext {
  return {
    target: { service: target.service, environment: target.environment },
    request: requestFacts(scope, durationS, owners),
    requester: {
      kind: requester.kind,
      roles: requester.roles,
      teams: requester.teams,
      on_call: requester.onCall,
      is_acting: requester.actingFor !== undefined,
    },
  };
}

/** What expressions are told of a request itself. Integers of CEL are of 64 bits. */
export function requestFacts(
  scope: Scope,
  durationS: number,
  owners: readonly string[],
): Readonly<Record<string, unknown>> {
  return {
    capability: scope.capability,
    level: scope.capability === "capture" ? scope.level : "",
    classes: scope.capability === "reveal" ? scope.classes : [],
    owners,
    traces: BigInt(tracesOf(scope)),
    values: BigInt(scope.capability === "reveal" ? scope.values_max : 0),
    duration_s: BigInt(durationS),
  };
}

function tracesOf(scope: Scope): number {
  if (scope.capability !== "capture") return 0;
  return "trace_ids" in scope.selector ? scope.selector.trace_ids.length : (scope.traces_max ?? 0);
}
