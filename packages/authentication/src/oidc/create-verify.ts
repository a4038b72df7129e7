import { createHash, type X509Certificate } from "node:crypto";
import { errors, type JWTPayload, jwtVerify } from "jose";
import * as z from "zod";
import type { OidcIssuerConfig } from "../authentication-config.ts";
import type { Identified } from "../identify.ts";
import { oidcIdentity } from "../identity.ts";
import type { IssuerKeys } from "./issuer-keys.ts";
import { issuerNamedBy } from "./read-token.ts";

/** Undefined where a token isn't believed. Rejects with `SOURCE_UNREACHABLE` where that can't be told now. */
export type VerifyToken = (
  token: string,
  certificate: X509Certificate | undefined,
  nowS: number,
) => Promise<Identified | undefined>;

const SECONDS_MAX = 0xffffffff;
const Subject = z.string().min(1).max(255);

const ClaimsSchema = z.object({
  sub: Subject,
  exp: z.number().min(0).max(Number.MAX_SAFE_INTEGER),
  iat: z.number().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  act: z.object({ sub: Subject, iss: z.string().optional() }).optional(),
  cnf: z.object({ "x5t#S256": z.string() }).optional(),
});

/** Makes what checks the tokens of some issuers, each by the issuer that it names. */
export function createVerify(issuers: readonly OidcIssuerConfig[], keys: IssuerKeys): VerifyToken {
  const byName = new Map(issuers.map((config) => [config.issuer, createIssuerVerify(config, keys)]));
  return async (token, certificate, nowS) => {
    const verify = byName.get(issuerNamedBy(token) ?? "");
    return verify === undefined ? undefined : await verify(token, certificate, nowS);
  };
}

function createIssuerVerify(config: OidcIssuerConfig, ofIssuers: IssuerKeys): VerifyToken {
  const keys = ofIssuers.of(config);
  const { issuer, audience, algorithms, clock_tolerance, max_age } = config;
  return async (token, certificate, nowS) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms,
        clockTolerance: clock_tolerance / 1_000,
        currentDate: new Date(nowS * 1_000),
        requiredClaims: ["exp", "iss", "aud", "sub"],
        ...(max_age !== undefined && { maxTokenAge: max_age / 1_000 }),
      });
      return believe(payload, config, certificate);
    } catch (error) {
      // Keys that can't be used for what a token says they are for fail in many ways: all of them mean no.
      if (error instanceof errors.JOSEError || error instanceof TypeError || error instanceof DOMException)
        return undefined;
      throw error;
    }
  };
}

function believe(
  payload: JWTPayload,
  { issuer, subject_claim, max_age }: OidcIssuerConfig,
  certificate: X509Certificate | undefined,
): Identified | undefined {
  const claims = ClaimsSchema.safeParse(payload).data;
  const subject = Subject.safeParse(payload[subject_claim]).data;
  if (claims === undefined || subject === undefined) return undefined;
  const { exp, iat, act, cnf } = claims;
  if (subject_claim === "email" && payload.email_verified !== true) return undefined;
  if (act?.iss !== undefined && act.iss !== issuer) return undefined;
  // Bound to a key: whoever only has the token isn't who it was given to (RFC 8705 section 3).
  if (cnf !== undefined && (certificate === undefined || cnf["x5t#S256"] !== thumbprintOf(certificate)))
    return undefined;
  const oldAt = max_age === undefined || iat === undefined ? SECONDS_MAX : iat + max_age / 1_000;
  return {
    identities: [oidcIdentity(issuer, subject)],
    actor: act === undefined ? undefined : oidcIdentity(issuer, act.sub),
    endsAt: Math.floor(Math.min(exp, oldAt, SECONDS_MAX)),
  };
}

function thumbprintOf(certificate: X509Certificate): string {
  return createHash("sha256").update(certificate.raw).digest("base64url");
}
