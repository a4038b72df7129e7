/**
 * Identities are texts that say how somebody shows who they are, in the directory and where credentials are checked:
 *
 * - `token:NAME`, a line of the token file;
 * - `oidc:ISSUER|SUBJECT`, with the issuer as it is configured and in the token's `iss`, letter by letter;
 * - `certificate:uri:…`, `certificate:dns:…`, `certificate:cn:…`, a name in the client's certificate.
 *
 * An issuer has no `|`, so the first one ends it, whatever is in a subject.
 */
export const IDENTITY =
  /^(?:token:[a-z0-9][a-z0-9._@-]{0,63}|oidc:https?:\/\/[!-{}~]{1,512}\|[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,255}|certificate:(?:uri:[a-z][a-z0-9+.-]*:[!-~]{1,512}|dns:[a-z0-9*._-]{1,253}|cn:[A-Za-z0-9 ._@-]{1,64}))$/u;

export function tokenIdentity(name: string): string {
  return `token:${name}`;
}

export function oidcIdentity(issuer: string, subject: string): string {
  return `oidc:${issuer}|${subject}`;
}

export function certificateIdentity(kind: "uri" | "dns" | "cn", name: string): string {
  return `certificate:${kind}:${name}`;
}
