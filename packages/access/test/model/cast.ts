import type { Authorize } from "../../src/authorization/resource.ts";
import { parseDirectory } from "../../src/directory/open-directory.ts";
import { AccessRulesSchema, compileRules } from "../../src/requests/access-rules.ts";

/** When it all begins, in seconds since 1970. */
export const START_S = 1_800_000_000;

/** How long dee is on call from then on. */
export const ON_CALL_S = 7_200;

const iso = (seconds: number) => new Date(seconds * 1_000).toISOString();

/** Who plays: `ana` asks, `bo` asks and decides, `cy`, `dee` and `flo` decide, `eve` is another tenant's, `robot` acts for people. */
export const DIRECTORY = parseDirectory(`
tenants: [shop, bank]
people:
  - { id: ana, tenant: shop, identities: ["token:ana"], roles: [engineer], teams: [payments] }
  - { id: bo, tenant: shop, identities: ["token:bo"], roles: [engineer, approver], teams: [payments] }
  - { id: cy, tenant: shop, identities: ["token:cy"], roles: [approver, security], teams: [platform] }
  - { id: dee, tenant: shop, identities: ["token:dee"], roles: [engineer, approver], teams: [platform] }
  - { id: flo, tenant: shop, identities: ["token:flo"], roles: [approver] }
  - { id: op, tenant: shop, identities: ["token:op"], roles: [operator] }
  - { id: eve, tenant: bank, identities: ["token:eve"], roles: [engineer, approver, operator] }
machines:
  - id: robot
    tenant: shop
    identities: ["token:robot"]
    owners: [bo]
    acts_for: [ana, cy, dee]
    roles: [engineer, approver, security]
    teams: [payments]
workloads:
  - { id: gate, tenant: shop, identities: ["token:gate"], services: [{ service: "*" }] }
teams:
  - { id: payments, tenant: shop, owns: [{ service: "pay" }] }
  - id: platform
    tenant: shop
    owns: [{ service: "vault" }, { service: "web" }]
    on_call: [{ person: dee, from: "${iso(START_S)}", until: "${iso(START_S + ON_CALL_S)}" }]
`);

/** Rules of each form: thresholds of several and with a filter, denials that need two, what needs nobody. */
const RULES_CONFIG = AccessRulesSchema.parse({
  approvals: [
    {
      name: "vault",
      when: 'target.service == "vault"',
      thresholds: [{ approve: 2, deny: 2 }],
      duration_max: "5m",
      times_out_after: "10m",
    },
    {
      name: "sealed",
      when: 'request.capability == "reveal"',
      thresholds: [
        { approve: 1, deny: 1 },
        { approve: 1, deny: 1, filter: '"security" in reviewer.roles' },
      ],
      duration_max: "10m",
    },
    {
      name: "production",
      when: 'target.environment == "production"',
      thresholds: [{ approve: 2, deny: 1 }],
      duration_max: "20m",
      times_out_after: "15m",
      ticket: "^OPS-[0-9]+$",
    },
  ],
  automatic: [
    {
      name: "oncall",
      when: 'target.environment == "staging" && requester.on_call.exists(team, team in request.owners)',
      verdict: "approve",
    },
    {
      name: "no-machines",
      when: 'target.service == "vault" && requester.kind == "machine"',
      verdict: "deny",
    },
  ],
  role_durations: { engineer: "30m" },
  quotas: {
    person: { requests_pending: 4, grants_open: 4, grant_minutes_per_day: 90 },
    team: { requests_pending: 6, grants_open: 5 },
  },
  break_glass: { capabilities: ["capture"], duration_max: "10m", review_within: "1h" },
});

export const RULES = compileRules(RULES_CONFIG);

/** The same for as many requests as a test makes. */
export const RULES_WITHOUT_QUOTAS = compileRules({ ...RULES_CONFIG, quotas: { person: {}, team: {} } });

/** Lets almost everybody do almost everything in their tenant: what must not happen all the same, the control plane itself has to stop. */
export const authorize: Authorize = (principal, action, resource) => {
  const { roles, teams, people, kind } = principal;
  const has = (role: string) => roles.includes(role);
  const isOwner = "owners" in resource && resource.owners.some((team) => teams.includes(team));
  const isBehind = "people" in resource && resource.people.some((person) => people.includes(person));
  const isAllowed = (): boolean => {
    switch (action) {
      case "request.create":
      case "break_glass.create":
        return has("engineer");
      case "request.read":
      case "grant.read":
        return has("engineer") || has("approver");
      case "request.approve":
      case "request.deny":
      case "break_glass.review":
        return has("approver");
      case "request.cancel":
        return isBehind;
      case "grant.revoke":
        return isBehind || isOwner || has("approver");
      case "service.enrol":
      case "service.remove":
        return has("operator");
      default:
        return kind === "workload";
    }
  };
  return { isAllowed: resource.tenant === principal.tenant && isAllowed(), policies: ["cast"] };
};
