import { duration } from "@scrim/pipeline";
import * as z from "zod";

/** Signatures by key pairs alone: what is checked with a public key can't be made with it. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
] as const;

const IssuerUrl = z
  .string()
  .max(512)
  .refine(isIssuer, {
    message: "expected the https URL of an issuer, without ? # | and credentials",
    params: { hint: "http is for this machine alone; write it letter by letter as tokens have it in iss" },
  });

export const OidcIssuerConfig = z
  .strictObject({
    issuer: IssuerUrl.meta({ description: "As in the `iss` of its tokens, letter by letter." }),
    audience: z
      .union([z.string().min(1).max(256), z.array(z.string().min(1).max(256)).min(1).max(16)])
      .transform((audience) => [audience].flat())
      .meta({ description: "What its tokens for this service have in `aud`, one of these at least." }),
    jwks_uri: z
      .string()
      .max(2_048)
      .refine(isSafeUrl, {
        message: "expected an https URL",
        params: { hint: "http is for this machine alone" },
      })
      .optional()
      .meta({ description: "Where its keys are. Without it, its discovery document says so." }),
    algorithms: z
      .array(z.enum(ALGORITHMS))
      .min(1)
      .default(["RS256", "PS256", "ES256", "EdDSA"])
      .meta({ description: "Signatures that are taken." }),
    clock_tolerance: duration({ min: "0s", max: "60s" }).prefault("5s").meta({
      description: "How far its clock may be ahead of ours. What has ended by our clock has ended.",
    }),
    subject_claim: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_:./-]{0,127}$/)
      .default("sub")
      .meta({
        description:
          "The claim that names the caller. Only one that the issuer sets itself, and gives nobody else later; `email` counts only where it is verified.",
      }),
    max_age: duration({ min: "1m", max: "720h" }).optional().meta({
      description: "How long after they were issued tokens hold, if they last longer.",
    }),
  })
  .meta({
    id: "OidcIssuerConfig",
    description: "An issuer of JWTs: an OpenID provider, or what signs like one.",
  });

export const AuthenticationConfig = z
  .strictObject({
    token_file: z.string().min(1).optional().meta({
      description: "Tokens, of mode 0600: a line `NAME sha256:HEX` for each, as scrim access token makes it.",
    }),
    oidc: z
      .array(OidcIssuerConfig)
      .max(16)
      .refine((issuers) => new Set(issuers.map(({ issuer }) => issuer)).size === issuers.length, {
        message: "an issuer is there twice",
        params: { hint: "give it several audiences instead" },
      })
      .default([])
      .meta({ description: "Issuers of JWTs. A token is checked by the one that it names." }),
  })
  .meta({
    id: "AuthenticationConfig",
    description: "How callers show who they are. Clients' certificates are taken where TLS verifies them.",
  });

export type AuthenticationConfig = z.output<typeof AuthenticationConfig>;
export type OidcIssuerConfig = z.output<typeof OidcIssuerConfig>;

/** Whether keys may be fetched from there: nobody between can put in others. */
export function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isThisMachine(url));
}

export function isThisMachine({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** `|` ends the issuer in an identity. */
function isIssuer(text: string): boolean {
  return isSafeUrl(text) && /^https?:\/\/[!-{}~]+$/.test(text) && !/[?#]/.test(text);
}
