import type { Principal } from "../directory/principal.ts";
import type { Capability } from "../requests/scope.ts";

/** What can be done, and is asked of the policies: `policies/scrim.cedarschema` says to what. */
export const ACTIONS = [
  "request.create",
  "request.read",
  "request.cancel",
  "request.approve",
  "request.deny",
  "break_glass.create",
  "break_glass.review",
  "grant.read",
  "grant.revoke",
  "service.read",
  "service.enrol",
  "service.remove",
  "bundle.read",
  "lease.take",
  "policy.read",
  "policy.propose",
  "policy.approve",
  "policy.deny",
  "policy.acknowledge",
  "audit.read",
] as const;
export type Action = (typeof ACTIONS)[number];

/** What something is done to. `people` are the ones behind it, `owners` the teams that own its services. */
export type Resource =
  | {
      readonly type: "Request" | "Grant";
      readonly id: string;
      readonly tenant: string;
      readonly capability: Capability;
      readonly people: readonly string[];
      readonly owners: readonly string[];
      readonly services: readonly string[];
      readonly environments: readonly string[];
      readonly classes: readonly string[];
      readonly breakGlass: boolean;
    }
  | {
      readonly type: "Service";
      readonly id: string;
      readonly tenant: string;
      readonly service: string;
      readonly environment: string;
      readonly owners: readonly string[];
    }
  | {
      readonly type: "Policy" | "AuditLog";
      readonly id: string;
      readonly tenant: string;
      readonly people: readonly string[];
    };

export interface Verdict {
  readonly isAllowed: boolean;
  /** Ids of the policies that decided. */
  readonly policies: readonly string[];
}

/** Answers whether a principal may do something. Never throws: where it can't be told the answer is no. */
export type Authorize = (principal: Principal, action: Action, resource: Resource) => Verdict;
