export type { Authenticate, Credentials } from "./authentication/authenticate.ts";
export {
  ACTIONS,
  type Action,
  type Authorize,
  type Resource,
  type Verdict,
} from "./authorization/resource.ts";
export type { Principal, PrincipalKind } from "./directory/principal.ts";
export { type AccessGrant, AccessGrantSchema } from "./requests/access-grant.ts";
export { type AccessRequest, AccessRequestSchema } from "./requests/access-request.ts";
export { type Scope, type ScopeInput, ScopeSchema } from "./requests/scope.ts";
export type { Documents, Kind, ReadTransaction, Store, Transaction, Where } from "./store/store.ts";
