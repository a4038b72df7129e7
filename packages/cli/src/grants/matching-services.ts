import { OperatingError } from "@scrim/errors";
import { compileGlob } from "@scrim/policy";
import type { GrantStore, ServiceName } from "./grant-store.ts";

/** Names of services that a hint lists. */
const LISTED_MAX = 10;

/**
 * The enrolled services that patterns name. Environments have to be told where it matters: who means staging must not get production.
 *
 * @throws {OperatingError} `INPUT_INVALID` where none matches, or one is in several environments and none is told
 */
export function matchingServices(
  store: GrantStore,
  services: readonly string[],
  environments: readonly string[],
): readonly ServiceName[] {
  const named = store.services.filter(({ service }) => isOne(services, service));
  if (named.length === 0) throw noMatch("service", "no enrolled service matches", store.services);
  const matching =
    environments.length === 0 ? named : named.filter(({ environment }) => isOne(environments, environment));
  if (matching.length === 0) throw noMatch("environment", "none of these services is in it", named);
  if (environments.length === 0 && new Set(matching.map(({ environment }) => environment)).size > 1) {
    throw noMatch("environment", "the services are in several environments, so say which", matching);
  }
  return matching.map(({ service, environment }) => ({ service, environment }));
}

function isOne(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => compileGlob(pattern).matches(name));
}

function noMatch(option: string, message: string, candidates: readonly ServiceName[]): OperatingError {
  const names = candidates
    .slice(0, LISTED_MAX)
    .map(({ service, environment }) => `${service} in ${environment}`);
  const more = candidates.length > LISTED_MAX ? ", …" : "";
  return new OperatingError("INPUT_INVALID", message, {
    path: `--${option}`,
    hint:
      names.length === 0
        ? "enrol it: scrim grant enrol --service NAME --environment NAME --key FILE"
        : `enrolled: ${names.join(", ")}${more}`,
  });
}
