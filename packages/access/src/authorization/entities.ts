import type { Context, EntityJson } from "@cedar-policy/cedar-wasm/nodejs";
import { compileGlob } from "@scrim/policy";
import type { Principal } from "../directory/principal.ts";
import type { Resource } from "./resource.ts";

const KINDS = { person: "Person", machine: "Machine", workload: "Workload" } as const;

/** A caller, as the schema has it. */
export function principalEntity(principal: Principal): EntityJson {
  const { kind, id, tenant, roles, teams, onCall, people, actingFor } = principal;
  return {
    uid: { type: KINDS[kind], id },
    attrs: {
      tenant,
      roles: [...roles],
      teams: [...teams],
      on_call: [...onCall],
      people: [...people],
      ...(actingFor !== undefined && { acting_for: actingFor }),
    },
    parents: [],
  };
}

/** What something is done to, as the schema has it. */
export function resourceEntity(resource: Resource): EntityJson {
  return { uid: { type: resource.type, id: resource.id }, attrs: attributesOf(resource), parents: [] };
}

function attributesOf(resource: Resource): EntityJson["attrs"] {
  const { tenant } = resource;
  switch (resource.type) {
    case "Request":
    case "Grant":
      return {
        tenant,
        capability: resource.capability,
        people: [...resource.people],
        owners: [...resource.owners],
        services: [...resource.services],
        environments: [...resource.environments],
        classes: [...resource.classes],
        break_glass: resource.breakGlass,
      };
    case "Service": {
      const { service, environment, owners } = resource;
      return { tenant, service, environment, owners: [...owners] };
    }
    case "Policy":
    case "AuditLog":
      return { tenant, people: [...resource.people] };
  }
}

/** What neither tells by itself. */
export function contextOf(principal: Principal, resource: Resource): Context {
  return {
    own_service:
      resource.type === "Service" &&
      principal.services.some(
        ({ service, environment }) =>
          compileGlob(service).matches(resource.service) &&
          compileGlob(environment).matches(resource.environment),
      ),
  };
}
