import { createHash } from "node:crypto";
import type { Documents } from "../src/index.ts";

/** Documents of each kind, with what a test is about put in. */

/** So many hexadecimal digits that belong to a name. */
function digits(name: string, length: number): string {
  return createHash("sha256").update(name).digest("hex").slice(0, length);
}

export function requestOf(name: string, given: Partial<Documents["request"]> = {}): Documents["request"] {
  return {
    id: `req-${digits(name, 16)}`,
    tenant: "shop",
    asked_by: { principal: "ana", people: ["ana"], teams: ["payments"] },
    owners: ["payments"],
    reason: { commitment: "c", salt: "s", text: "refunds fail" },
    scope: {
      capability: "probe",
      services: ["pay"],
      environments: ["production"],
      locations: ["src/pay.ts:17"],
      hits_max: 10,
    },
    duration_s: 900,
    asked_duration_s: 900,
    break_glass: false,
    audiences: [{ service: "pay", environment: "production" }],
    rules: ["payments"],
    thresholds: [{ approve: 1, deny: 1 }],
    decisions: [],
    created_at: 1_000,
    times_out_at: 4_600,
    state: "pending",
    ...given,
  };
}

export function grantOf(id: string, given: Partial<Documents["grant"]> = {}): Documents["grant"] {
  return {
    id,
    tenant: "shop",
    request: "req-0",
    holder: { principal: "ana", people: ["ana"], teams: [] },
    owners: [],
    scope: requestOf("").scope,
    audiences: [],
    not_before: 2_000,
    expires_at: 2_900,
    state: "active",
    ...given,
  };
}

export function serviceOf(service: string, given: Partial<Documents["service"]> = {}): Documents["service"] {
  const environment = "production";
  return {
    id: JSON.stringify([service, environment]),
    tenant: "shop",
    service,
    environment,
    keys: [],
    ...given,
  };
}

export function accountOf(id: string, leased = 0, tenant = "shop"): Documents["account"] {
  return { id, tenant, expires_at: 2_900, leased, used: 0, held: {} };
}

export function actOf(name: string, at = 1_000): Documents["act"] {
  return { id: `act-${digits(name, 32)}`, at };
}
