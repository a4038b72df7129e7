import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from "jose";
import * as z from "zod";
import { isSafeUrl, isThisMachine, type OidcIssuerConfig } from "../authentication-config.ts";
import { fetchJson, unreachable } from "./fetch-json.ts";

/** A key that was withdrawn is taken no longer than this. */
const KEYS_AGE_MAX_MS = 600_000;

/** A token names a key that isn't known: the issuer is asked again, but not more often. Anybody can make up names of keys. */
const UNKNOWN_KEY_PAUSE_MS = 30_000;

/** An issuer that doesn't answer is not asked again at each request. */
const FAILURE_PAUSE_MS = 5_000;

const ANSWER_MS = 5_000;

/** OpenID Connect Discovery 1.0, section 3. */
const DiscoverySchema = z.object({ issuer: z.string(), jwks_uri: z.string().max(2_048) });

/** Keys by the issuer whose they are, so that what is made anew for another configuration need not ask it again. */
export class IssuerKeys {
  readonly #known = new Map<string, JWTVerifyGetKey>();

  of(config: OidcIssuerConfig): JWTVerifyGetKey {
    const place = JSON.stringify([config.issuer, config.jwks_uri]);
    const keys = this.#known.get(place) ?? issuerKeys(config);
    this.#known.set(place, keys);
    return keys;
  }
}

/**
 * The keys of an issuer: fetched when the first token comes and kept for ten minutes, also while it can't be reached. A token chooses among them
 * by `kid` and `alg`; keys and places of keys in its header are not looked at.
 *
 * Rejects with an {@link OperatingError} `SOURCE_UNREACHABLE` where they can't be had.
 */
function issuerKeys(config: OidcIssuerConfig): JWTVerifyGetKey {
  const { issuer } = config;
  const discovery = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  let failure: { readonly at: number; readonly problem: unknown } | undefined;

  const fetchKeys = async (signal: AbortSignal): Promise<Response> => {
    if (failure !== undefined && performance.now() - failure.at < FAILURE_PAUSE_MS) throw failure.problem;
    try {
      const uri = config.jwks_uri ?? keysUriOf(await fetchJson(discovery, signal), issuer);
      const keys = await fetchJson(uri, signal);
      failure = undefined;
      return Response.json(keys);
    } catch (problem) {
      failure = { at: performance.now(), problem };
      throw problem;
    }
  };

  const keys = createRemoteJWKSet(new URL(config.jwks_uri ?? discovery), {
    timeoutDuration: ANSWER_MS,
    cooldownDuration: UNKNOWN_KEY_PAUSE_MS,
    cacheMaxAge: KEYS_AGE_MAX_MS,
    [customFetch]: (_url, { signal }) => fetchKeys(signal),
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSInvalid) throw unreachable("they are no set of public keys", cause);
      if (cause instanceof errors.JWKSTimeout) throw unreachable("no answer in time", cause);
      throw cause;
    }
  };
}

/** What says where keys are has to be the issuer's own, and may not point to where others can answer. */
function keysUriOf(document: unknown, issuer: string): string {
  const parsed = DiscoverySchema.safeParse(document);
  if (!parsed.success) throw unreachable("its discovery document lacks issuer or jwks_uri");
  if (parsed.data.issuer !== issuer) throw unreachable("its discovery document is that of another issuer");
  const { jwks_uri } = parsed.data;
  const isSafe = isSafeUrl(jwks_uri) && (jwks_uri.startsWith("https:") || isThisMachine(new URL(issuer)));
  if (!isSafe) throw unreachable("its discovery document has no https jwks_uri");
  return jwks_uri;
}
