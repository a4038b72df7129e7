import {
  AuthenticationConfig,
  createIdentify,
  IDENTITY,
  type Identified,
  IssuerKeys,
} from "@scrim/authentication";
import { OperatingError } from "@scrim/errors";
import {
  type Authentication,
  type Authenticator,
  type ClientIdentity,
  defineExtension,
  type ExtensionContext,
} from "@scrim/pipeline";
import { z } from "zod";

const Name = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, "expected 1 to 64 of a-z, 0-9, . _ -");

const ClientConfig = z.strictObject({
  identities: z
    .array(z.string().regex(IDENTITY, "expected token:…, oidc:ISSUER|SUBJECT or certificate:…"))
    .min(1)
    .max(64)
    .meta({
      description:
        "How it shows who it is, any of: `token:NAME`, `oidc:ISSUER|SUBJECT`, `certificate:uri:…`, `certificate:dns:…`, `certificate:cn:…`.",
    }),
  tenant: Name.optional().meta({
    description: "Whose data it sends: chooses among the policies of `policy.tenants`.",
  }),
  trusted: z.boolean().default(false).meta({
    description: "Whether `scrim.*` attributes that it sends are believed: another gateway of ours, say.",
  }),
});

const ClientAuthConfig = z
  .strictObject({
    token_file: AuthenticationConfig.shape.token_file,
    oidc: AuthenticationConfig.shape.oidc,
    clients: z.record(Name, ClientConfig).default({}).meta({
      description:
        "Clients, by the name that metrics and logs know them by. Without any, everyone who proves an identity may send.",
    }),
    others: z.enum(["refuse", "accept"]).default("refuse").meta({
      description:
        "What becomes of those who prove an identity that none of `clients` has: 403, or taken in as `other`.",
    }),
  })
  .meta({
    id: "ClientAuthConfig",
    description:
      "Tells receivers who their clients are: by bearer token, by JWT, or by the certificate that TLS verified.",
  });

type ClientAuthConfig = z.output<typeof ClientAuthConfig>;

/** RFC 6750 section 3. Says nothing of why. */
const CHALLENGE = 'Bearer realm="otlp"';

const OTHER: ClientIdentity = { name: "other", tenant: undefined, is_trusted: false };

/** Who clients are, for receivers that name it under `auth.authenticator`. */
export const clientAuth = defineExtension({
  type: "client_auth",
  description: "Tells receivers who their clients are: by bearer token, by JWT, or by certificate.",
  configSchema: ClientAuthConfig,
  create(config, context) {
    const issuerKeys = new IssuerKeys(); // which stay over reloads: an issuer may be away just then
    let authenticate = authenticateBy(config, context, issuerKeys);
    return {
      authenticator: { authenticate: (credentials) => authenticate(credentials) },
      async reload(next, nextContext) {
        const prepared = authenticateBy(next, nextContext, issuerKeys);
        return () => {
          authenticate = prepared;
        };
      },
    };
  },
});

function authenticateBy(
  config: ClientAuthConfig,
  { baseDir, log, path }: ExtensionContext,
  issuerKeys: IssuerKeys,
): Authenticator["authenticate"] {
  const identify = createIdentify(config, {
    baseDir,
    told(problem) {
      const reason = problem instanceof OperatingError ? problem.line : "an unexpected error";
      log.warn(`${path}: the last good tokens stay in force: ${reason}`);
    },
    issuerKeys,
  });
  const nameOf = namesOf(config, path);
  return async ({ authorization, certificate }): Promise<Authentication> => {
    // Peers differ on which of several headers counts; so none does.
    const header = authorization.length > 1 ? "several" : authorization[0];
    const nowS = Date.now() / 1_000;
    const found = await identify({ authorization: header, certificate }, nowS);
    if (found === undefined || hasEnded(found, nowS)) return { status: "unknown", challenge: CHALLENGE };
    const identity = nameOf(found);
    return identity === undefined ? { status: "forbidden" } : { status: "known", identity };
  };
}

function hasEnded({ endsAt }: Identified, nowS: number): boolean {
  return endsAt !== undefined && nowS >= endsAt;
}

/** An identity that nobody can prove would keep its client out, and nobody would see why. Which certificates there may be, receivers say. */
function checkProvable(identity: string, { token_file, oidc }: ClientAuthConfig, path: string): void {
  if (identity.startsWith("token:") && token_file === undefined)
    throw new OperatingError("CONFIG_INVALID", "there are no tokens that could prove it", {
      path,
      hint: "set token_file, or name another identity",
    });
  if (identity.startsWith("oidc:") && !oidc.some(({ issuer }) => identity.startsWith(`oidc:${issuer}|`)))
    throw new OperatingError("CONFIG_INVALID", "its issuer is none of those under oidc", {
      path,
      hint: "write the issuer as under oidc, letter by letter",
    });
}

/** Finds the client that has an identity; undefined where it is nobody's, or several clients'. */
function namesOf(config: ClientAuthConfig, path: string): (found: Identified) => ClientIdentity | undefined {
  const { clients, others } = config;
  const known = new Map<string, ClientIdentity>();
  for (const [name, { identities, tenant, trusted }] of Object.entries(clients)) {
    const client: ClientIdentity = { name, tenant, is_trusted: trusted };
    for (const [at, identity] of identities.entries()) {
      const place = `${path}.clients.${name}.identities.${at}`;
      if (known.has(identity))
        throw new OperatingError("CONFIG_INVALID", "another client has this identity", { path: place });
      checkProvable(identity, config, place);
      known.set(identity, client);
    }
  }
  const isOpen = known.size === 0 || others === "accept";
  return ({ identities, actor }) => {
    // Who acts for somebody else is neither of the two.
    if (actor !== undefined) return isOpen ? OTHER : undefined;
    const named = new Set(identities.flatMap((identity) => known.get(identity) ?? []));
    if (named.size > 1) return undefined;
    const [client] = named;
    return client ?? (isOpen && identities.length > 0 ? OTHER : undefined);
  };
}
