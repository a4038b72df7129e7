import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ACTION_SUBJECTS } from "../../testing/action-subjects.ts";
import { parseDirectory } from "../directory/open-directory.ts";
import type { Principal } from "../directory/principal.ts";
import type { Capability } from "../requests/scope.ts";
import { createAuthorize } from "./create-authorize.ts";
import { ACTIONS, type Action, type Resource } from "./resource.ts";

const MATRIX = fileURLToPath(new URL("../../policies/matrix.txt", import.meta.url));

const ROLES = [
  "viewer",
  "engineer",
  "break_glass",
  "approver",
  "reveal_approver",
  "security",
  "auditor",
  "admin",
  "policy_approver",
] as const;

/** What a resource is to who calls, and the letter that a cell has where it is allowed. */
const RELATIONS = [
  {
    letter: "O",
    name: "own",
    is: "of the caller: the same people are behind it, or the workload is of this service",
  },
  { letter: "T", name: "team", is: "of others, about a service that the caller's team owns" },
  { letter: "N", name: "tenant", is: "of others in the same tenant" },
  {
    letter: "X",
    name: "other",
    is: "of another tenant, though the people, the team and the service have the same names",
  },
] as const;
type Relation = (typeof RELATIONS)[number]["name"];

const CALLERS = ["person", "machine for a person", "machine alone", "workload"] as const;
type Caller = (typeof CALLERS)[number];

const authorize = createAuthorize({ policy_files: [] }, { told: (problem) => expect.fail(String(problem)) });

/** The caller as the directory gives it: it is in the team `payments`, and the person in play is `alice`. */
function callerOf(caller: Caller, roles: readonly string[]): Principal {
  const directory = parseDirectory(`
people:
  - { id: alice, identities: ["token:alice"], roles: [${roles}], teams: [payments] }
  - { id: olga }
machines: [{ id: bot, identities: ["token:bot"], owners: [olga], acts_for: [alice], roles: [${roles}], teams: [payments] }]
workloads: [{ id: pods, identities: ["token:pods"], services: [{ service: pay, environment: "prod*" }] }]
teams: [{ id: payments }]
`);
  const identity = { person: "token:alice", workload: "token:pods" }[caller as string] ?? "token:bot";
  const actingFor = caller === "machine for a person" ? "alice" : undefined;
  return directory.principalOf(identity, actingFor, 0)!;
}

type What = Resource["type"];

function resourceOf(
  what: What,
  variant: Capability | "break-glass",
  relation: Relation,
  by: Principal,
): Resource {
  const tenant = relation === "other" ? "other" : by.tenant;
  const isTheirs = relation === "own" || relation === "other";
  const people = isTheirs ? by.people : ["mallory"];
  const owners = relation === "team" || relation === "other" ? ["payments"] : ["platform"];
  const id = "it";
  if (what === "Service") {
    const service = isTheirs ? "pay" : "checkout";
    return { type: what, id, tenant, service, environment: "production", owners };
  }
  if (what === "Policy" || what === "AuditLog") return { type: what, id, tenant, people };
  return {
    type: what,
    id,
    tenant,
    capability: variant === "break-glass" ? "capture" : variant,
    people,
    owners,
    services: ["pay"],
    environments: ["production"],
    classes: [],
    breakGlass: variant === "break-glass",
  };
}

const VARIANTS: readonly (Capability | "break-glass")[] = ["capture", "probe", "reveal", "break-glass"];

interface Row {
  readonly name: string;
  readonly action: Action;
  readonly what: What;
  readonly variant: Capability | "break-glass";
}

/** Each thing that can be done, to each kind of what it is done to. */
const ROWS = ACTIONS.flatMap((action) => ACTION_SUBJECTS[action].flatMap((what) => rowsOf(action, what)));

function rowsOf(action: Action, what: What): readonly Row[] {
  if (what === "Request" || what === "Grant")
    return VARIANTS.map((variant) => ({ action, what, variant, name: `${action} ${variant}` }));
  return [{ action, what, variant: "capture", name: `${action} ${what}` }];
}

function cellOf(row: Row, principal: Principal): string {
  return RELATIONS.map(({ letter, name }) =>
    authorize(principal, row.action, resourceOf(row.what, row.variant, name, principal)).isAllowed
      ? letter
      : ".",
  ).join("");
}

function tableOf(caller: Caller, roles: readonly string[]): string {
  const columns = ["no role", ...roles].map((role) => ({
    role,
    principal: callerOf(caller, role === "no role" ? [] : [role]),
  }));
  const width = Math.max(...ROWS.map(({ name }) => name.length));
  const line = (first: string, cells: readonly string[]) =>
    [first.padEnd(width), ...cells.map((cell, at) => cell.padEnd(columns[at]!.role.length))]
      .join("  ")
      .trimEnd();
  return [
    `## ${caller}`,
    "",
    line(
      "",
      columns.map(({ role }) => role),
    ),
    ...ROWS.map((row) =>
      line(
        row.name,
        columns.map(({ principal }) => cellOf(row, principal)),
      ),
    ),
  ].join("\n");
}

test("each role may do what the table says, and nothing else", async () => {
  const table = [
    "# Who may do what",
    "",
    "What scrim's policies allow, for each caller, role, action and what it is done to. A cell has a letter for each relation in which it is",
    "allowed, and a dot where it is refused:",
    "",
    ...RELATIONS.map(({ letter, is }) => `  ${letter}  ${is}`),
    "",
    "Made by packages/access/src/authorization/matrix.test.ts, which fails where a policy says otherwise.",
    "",
    tableOf("person", ROLES),
    "",
    tableOf("machine for a person", ROLES),
    "",
    tableOf("machine alone", ROLES),
    "",
    tableOf("workload", []),
    "",
  ].join("\n");
  await expect(table).toMatchFileSnapshot(MATRIX);
});
