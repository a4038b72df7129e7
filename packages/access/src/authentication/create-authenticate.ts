import type { X509Certificate } from "node:crypto";
import { resolve } from "node:path";
import type { Directory } from "../directory/directory.ts";
import { tokenIdentity } from "../directory/identity.ts";
import type { Principal } from "../directory/principal.ts";
import type { Authenticate, Credentials } from "./authenticate.ts";
import type { AuthenticationConfig } from "./authentication-config.ts";
import { certificateIdentities } from "./certificate-identities.ts";
import { createVerify } from "./oidc/create-verify.ts";
import { findToken, followTokens, isStaticToken } from "./static-tokens.ts";

/** Longer ones are nobody's: far more than a JWT with many groups has. */
const BEARER_CHARACTERS_MAX = 8_192;

/** RFC 6750 section 2.1; schemes are the same in any case (RFC 9110 section 11.1). */
const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;

export interface AuthenticateOptions {
  /** Where relative paths begin; the folder that the process runs in unless told. */
  readonly baseDir?: string;
  /** Hears what is wrong with a file that changed: the one before it stays in force. */
  readonly told: (problem: unknown) => void;
  /** The time in seconds since 1970. */
  readonly nowS?: () => number;
}

/**
 * Makes what says who sends a request: by the bearer token of its `Authorization` header, or where it has no such header by the certificate
 * that TLS has verified. A header that is no good is not made up for by a certificate.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `CONFIG_INVALID`
 */
export function createAuthenticate(
  config: AuthenticationConfig,
  directory: Directory,
  options: AuthenticateOptions,
): Authenticate {
  const { baseDir = ".", told, nowS = systemSeconds } = options;
  const tokens =
    config.token_file === undefined ? undefined : followTokens(resolve(baseDir, config.token_file), told);

  const byStaticToken = (token: string, actingFor: string | undefined) => {
    const now = nowS();
    const found = findToken(tokens?.current ?? [], token, now);
    if (found === undefined) return undefined;
    return endingAt(directory.principalOf(tokenIdentity(found.name), actingFor, now), found.expiresAt);
  };

  const verify = createVerify(config.oidc);
  const byIssuedToken = async (token: string, { certificate, actingFor }: Credentials) => {
    const now = nowS();
    const verified = await verify(token, certificate, now);
    if (verified === undefined) return undefined;
    const { subject, actor, endsAt } = verified;
    if (actor === undefined) return endingAt(directory.principalOf(subject, actingFor, now), endsAt);
    const principal = directory.delegateOf(actor, subject);
    if (actingFor !== undefined && actingFor !== principal?.actingFor) return undefined;
    return endingAt(principal, endsAt);
  };

  return async (credentials) => {
    const { authorization, certificate, actingFor } = credentials;
    if (authorization !== undefined) {
      if (authorization.length > BEARER_CHARACTERS_MAX) return undefined;
      const token = BEARER.exec(authorization)?.[1];
      if (token === undefined) return undefined;
      return isStaticToken(token) ? byStaticToken(token, actingFor) : await byIssuedToken(token, credentials);
    }
    if (certificate === undefined) return undefined;
    return byCertificate(certificate, directory, actingFor, nowS());
  };
}

/** Undefined also where its names are those of different callers: which of them sends can't be told. */
function byCertificate(
  certificate: X509Certificate,
  directory: Directory,
  actingFor: string | undefined,
  nowS: number,
): Principal | undefined {
  // TLS looked when the connection began, which may be long ago.
  const from = certificate.validFromDate.getTime() / 1_000;
  const until = Math.floor(certificate.validToDate.getTime() / 1_000);
  if (!(from <= nowS && nowS < until)) return undefined;
  const named = certificateIdentities(certificate).flatMap((identity) => {
    const principal = directory.principalOf(identity, undefined, nowS);
    return principal === undefined ? [] : [{ identity, id: principal.id }];
  });
  if (new Set(named.map(({ id }) => id)).size !== 1) return undefined;
  return endingAt(directory.principalOf(named[0]!.identity, actingFor, nowS), until);
}

function endingAt(principal: Principal | undefined, endsAt: number | undefined): Principal | undefined {
  return principal === undefined || endsAt === undefined
    ? principal
    : { ...principal, sessionEndsAt: endsAt };
}

function systemSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
