import type { Resource } from "../authorization/resource.ts";
import type { AccessGrant } from "./access-grant.ts";
import type { AccessRequest, Audience } from "./access-request.ts";
import type { Scope } from "./scope.ts";

/** What policies are told of a request. */
export function requestResource(
  request: Pick<
    AccessRequest,
    "id" | "tenant" | "scope" | "asked_by" | "owners" | "audiences" | "break_glass"
  >,
): Resource {
  const { id, tenant, scope, asked_by, owners, audiences, break_glass } = request;
  return {
    type: "Request",
    id,
    tenant,
    people: asked_by.people,
    owners,
    ...scoped(scope, audiences),
    breakGlass: break_glass,
  };
}

/** What policies are told of a grant. */
export function grantResource(grant: AccessGrant): Resource {
  const { id, tenant, scope, holder, owners, audiences, review } = grant;
  const breakGlass = review !== undefined;
  return {
    type: "Grant",
    id,
    tenant,
    people: holder.people,
    owners,
    ...scoped(scope, audiences),
    breakGlass,
  };
}

function scoped(scope: Scope, audiences: readonly Audience[]) {
  return {
    capability: scope.capability,
    services: [...new Set(audiences.map(({ service }) => service))],
    environments: [...new Set(audiences.map(({ environment }) => environment))],
    classes: scope.capability === "reveal" ? scope.classes : [],
  };
}
