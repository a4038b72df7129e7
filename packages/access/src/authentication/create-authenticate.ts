import { type AuthenticationConfig, createIdentify } from "@scrim/authentication";
import type { Directory } from "../directory/directory.ts";
import type { Principal } from "../directory/principal.ts";
import type { Authenticate } from "./authenticate.ts";

export interface AuthenticateOptions {
  /** Where relative paths begin; the folder that the process runs in unless told. */
  readonly baseDir?: string;
  /** Hears what is wrong with a file that changed: the one before it stays in force. */
  readonly told: (problem: unknown) => void;
  /** The time in seconds since 1970. */
  readonly nowS?: () => number;
}

/**
 * Makes what says who sends a request: whom the directory knows by the identities that the request proves.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `CONFIG_INVALID`
 */
export function createAuthenticate(
  config: AuthenticationConfig,
  directory: Directory,
  options: AuthenticateOptions,
): Authenticate {
  const { baseDir = ".", told, nowS = systemSeconds } = options;
  const identify = createIdentify(config, { baseDir, told });
  return async ({ actingFor, ...shown }) => {
    const now = nowS();
    const found = await identify(shown, now);
    if (found === undefined) return undefined;
    const { identities, actor, endsAt } = found;
    if (actor === undefined) return endingAt(knownBy(identities, directory, actingFor, now), endsAt);
    const principal = directory.delegateOf(actor, identities[0]!);
    if (actingFor !== undefined && actingFor !== principal?.actingFor) return undefined;
    return endingAt(principal, endsAt);
  };
}

/** Undefined also where the identities are those of different callers: which of them sends can't be told. */
function knownBy(
  identities: readonly string[],
  directory: Directory,
  actingFor: string | undefined,
  nowS: number,
): Principal | undefined {
  const named = identities.flatMap((identity) => {
    const principal = directory.principalOf(identity, undefined, nowS);
    return principal === undefined ? [] : [{ identity, id: principal.id }];
  });
  if (new Set(named.map(({ id }) => id)).size !== 1) return undefined;
  return directory.principalOf(named[0]!.identity, actingFor, nowS);
}

function endingAt(principal: Principal | undefined, endsAt: number | undefined): Principal | undefined {
  return principal === undefined || endsAt === undefined
    ? principal
    : { ...principal, sessionEndsAt: endsAt };
}

function systemSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
