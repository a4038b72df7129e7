/*
 * What callers of the interface need, without what serves it: a command that asks for something doesn't wait for policies, stores and servers to
 * load.
 */

export { type CreatedToken, createToken } from "@scrim/authentication/token-file";
export { PolicyProcessView, PolicySummary, PolicyView } from "./http/policy-views.ts";
export { type Fault, REFUSALS, type RefusalReason } from "./http/refusal.ts";
export { GrantView, PrincipalView, RequestView } from "./http/views.ts";
export type { PolicyInput } from "./policies/policy-input.ts";
export { POLICY_STATES } from "./policies/policy-version.ts";
export { GRANT_STATES } from "./requests/access-grant.ts";
export { REQUEST_STATES } from "./requests/access-request.ts";
export { type BreakGlassInput, DURATION_MIN_S, type RequestInput } from "./requests/request-input.ts";
export { countFor } from "./requests/request-machine.ts";
export type { CaptureScope, RevealScope, Scope, ScopeInput } from "./requests/scope.ts";
export { ServiceView } from "./services/enrol-service.ts";
