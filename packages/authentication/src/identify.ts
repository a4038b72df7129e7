import type { X509Certificate } from "node:crypto";
import { resolve } from "node:path";
import type { AuthenticationConfig } from "./authentication-config.ts";
import { certificateIdentities } from "./certificate-identities.ts";
import { tokenIdentity } from "./identity.ts";
import { createVerify } from "./oidc/create-verify.ts";
import { IssuerKeys } from "./oidc/issuer-keys.ts";
import { findToken, followTokens, isStaticToken } from "./token-file.ts";

/** Longer ones are nobody's: far more than a JWT with many groups has. */
const BEARER_CHARACTERS_MAX = 8_192;

/** RFC 6750 section 2.1; schemes are the same in any case (RFC 9110 section 11.1). */
const BEARER = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i;

/** What a caller shows. */
export interface ShownCredentials {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** The client's certificate, where TLS has verified one. */
  readonly certificate: X509Certificate | undefined;
}

/** Who a caller has proved to be. */
export interface Identified {
  /** Identities as `identity.ts` words them: one, or all names of one certificate. */
  readonly identities: readonly string[];
  /** Who acts for the subject of a token (RFC 8693 section 4.1), as an identity. */
  readonly actor: string | undefined;
  /** Seconds since 1970; undefined where it holds until somebody takes it back. */
  readonly endsAt: number | undefined;
}

/**
 * Says who somebody has proved to be; undefined where it is nobody. Why is never told to the caller.
 *
 * @throws {OperatingError} `SOURCE_UNREACHABLE` where the keys of an issuer can't be had now
 */
export type Identify = (credentials: ShownCredentials, nowS: number) => Promise<Identified | undefined>;

export interface IdentifyOptions {
  /** Where relative paths begin. */
  readonly baseDir: string;
  /** Hears what is wrong with a file that changed: the one before it stays in force. */
  readonly told: (problem: unknown) => void;
  /** Keys of issuers that somebody else has fetched already, or will need. */
  readonly issuerKeys?: IssuerKeys;
}

/**
 * Makes what says who a caller is: by the bearer token of its `Authorization` header, or where it has no such header by the certificate
 * that TLS has verified. A header that is no good is not made up for by a certificate.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, `CONFIG_INVALID`
 */
export function createIdentify(
  config: AuthenticationConfig,
  { baseDir, told, issuerKeys = new IssuerKeys() }: IdentifyOptions,
): Identify {
  const tokens =
    config.token_file === undefined ? undefined : followTokens(resolve(baseDir, config.token_file), told);

  const byStaticToken = (token: string, nowS: number): Identified | undefined => {
    const found = findToken(tokens?.current ?? [], token, nowS);
    if (found === undefined) return undefined;
    return { identities: [tokenIdentity(found.name)], actor: undefined, endsAt: found.expiresAt };
  };

  const verify = createVerify(config.oidc, issuerKeys);
  return async ({ authorization, certificate }, nowS) => {
    if (authorization !== undefined) {
      if (authorization.length > BEARER_CHARACTERS_MAX) return undefined;
      const token = BEARER.exec(authorization)?.[1];
      if (token === undefined) return undefined;
      return isStaticToken(token) ? byStaticToken(token, nowS) : await verify(token, certificate, nowS);
    }
    return certificate === undefined ? undefined : byCertificate(certificate, nowS);
  };
}

/** TLS looked at its dates when the connection began, which may be long ago. */
function byCertificate(certificate: X509Certificate, nowS: number): Identified | undefined {
  const from = certificate.validFromDate.getTime() / 1_000;
  const until = Math.floor(certificate.validToDate.getTime() / 1_000);
  if (!(from <= nowS && nowS < until)) return undefined;
  return { identities: certificateIdentities(certificate), actor: undefined, endsAt: until };
}
