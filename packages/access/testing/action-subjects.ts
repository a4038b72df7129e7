import type { Action, Resource } from "../src/authorization/resource.ts";

/** What each action is for, as the schema of policies has it. */
export const ACTION_SUBJECTS: Readonly<Record<Action, readonly Resource["type"][]>> = {
  "request.create": ["Request"],
  "request.read": ["Request"],
  "request.cancel": ["Request"],
  "request.approve": ["Request"],
  "request.deny": ["Request"],
  "break_glass.create": ["Request"],
  "break_glass.review": ["Grant"],
  "grant.read": ["Grant"],
  "grant.revoke": ["Grant"],
  "service.read": ["Service"],
  "service.enrol": ["Service"],
  "service.remove": ["Service"],
  "bundle.read": ["Service"],
  "lease.take": ["Service"],
  "policy.read": ["Policy", "Service"],
  "policy.propose": ["Policy"],
  "policy.approve": ["Policy"],
  "policy.deny": ["Policy"],
  "policy.acknowledge": ["Policy", "Service"],
  "audit.read": ["AuditLog"],
};
