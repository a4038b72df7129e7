export { AuthenticationConfig, OidcIssuerConfig } from "@scrim/authentication";
export { type CreatedToken, createToken } from "@scrim/authentication/token-file";
export { accessExtension } from "./access-extension.ts";
export type { Authenticate, Credentials } from "./authentication/authenticate.ts";
export { type AuthenticateOptions, createAuthenticate } from "./authentication/create-authenticate.ts";
export {
  AuthorizationConfig,
  type AuthorizeOptions,
  createAuthorize,
} from "./authorization/create-authorize.ts";
export {
  ACTIONS,
  type Action,
  type Authorize,
  type Resource,
  type Verdict,
} from "./authorization/resource.ts";
export type { IssuedDocument } from "./bundles/document-issuer.ts";
export { DocumentStreams } from "./bundles/document-streams.ts";
export { AccessConfig, parseAccessConfig } from "./config/access-config.ts";
export { type AccessSecrets, generateSecrets, parseSecrets } from "./config/access-secrets.ts";
export type { Directory } from "./directory/directory.ts";
export { type DirectoryOptions, openDirectory, parseDirectory } from "./directory/open-directory.ts";
export type { Principal, PrincipalKind } from "./directory/principal.ts";
export { GrantView, PrincipalView, RequestView } from "./http/views.ts";
export { type AccessGrant, AccessGrantSchema } from "./requests/access-grant.ts";
export { type AccessRequest, AccessRequestSchema } from "./requests/access-request.ts";
export { type AccessRules, compileRules } from "./requests/access-rules.ts";
export { type RequestInput, RequestInputSchema } from "./requests/request-input.ts";
export { type Scope, type ScopeInput, ScopeSchema } from "./requests/scope.ts";
export { RevealConfig } from "./reveal/reveal-config.ts";
export type { RevealKeys } from "./reveal/reveal-keys.ts";
export {
  type RevealService,
  type RevealServiceOptions,
  startRevealService,
} from "./reveal/start-reveal-service.ts";
export { type Access, type StartAccessOptions, startAccess } from "./start-access.ts";
export { PostgresStore, type PostgresStoreOptions } from "./store/postgres/postgres-store.ts";
export { type PostgresUrlSource, readPostgresUrl } from "./store/postgres/postgres-url.ts";
export { SqliteStore, type SqliteStoreOptions } from "./store/sqlite/sqlite-store.ts";
export type { Documents, Kind, ReadTransaction, Store, Transaction, Where } from "./store/store.ts";
