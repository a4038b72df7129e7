import { OperatingError } from "@scrim/errors";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseDirectory } from "./open-directory.ts";

const ACME = `
tenants: [acme, other]
people:
  - { id: alice, tenant: acme, identities: ["token:alice", "oidc:https://id.acme.example|00u1"], roles: [engineer, viewer], teams: [payments] }
  - { id: bob, tenant: acme, identities: ["token:bob"], roles: [approver], teams: [payments, platform] }
  - { id: carol, tenant: other, identities: ["token:carol"], roles: [engineer] }
machines:
  - { id: helper-bot, tenant: acme, identities: ["token:helper-bot"], owners: [bob], acts_for: [alice], roles: [engineer, deployer], teams: [payments, platform] }
workloads:
  - { id: checkout-pods, tenant: acme, identities: ["certificate:uri:spiffe://acme.example/checkout"], services: [{ service: checkout, environment: "prod*" }] }
teams:
  - id: payments
    tenant: acme
    owns: [{ service: "pay*", environment: production }, { service: checkout }]
    on_call:
      - { person: alice, from: "2026-11-22T08:00:00Z", until: "2026-11-22T20:00:00+02:00" }
  - { id: platform, tenant: acme, owns: [{ service: "*" }] }
  - { id: theirs, tenant: other, owns: [{ service: "*" }] }
`;
const NOON = Date.parse("2026-11-22T12:00:00Z") / 1_000;

test("a person is who has the identity, with what the directory says of them", () => {
  expect(parseDirectory(ACME).principalOf("oidc:https://id.acme.example|00u1", undefined, NOON)).toEqual({
    kind: "person",
    id: "alice",
    tenant: "acme",
    people: ["alice"],
    roles: ["engineer", "viewer"],
    teams: ["payments"],
    onCall: ["payments"],
    services: [],
  });
});

test.each([
  ["a second before", "2026-11-22T07:59:59Z", []],
  ["from the first second", "2026-11-22T08:00:00Z", ["payments"]],
  ["to the last second", "2026-11-22T17:59:59Z", ["payments"]],
  ["not at its end", "2026-11-22T18:00:00Z", []],
])("somebody is on call %s", (_, time, teams) => {
  const at = Date.parse(time) / 1_000;
  expect(parseDirectory(ACME).principalOf("token:alice", undefined, at)?.onCall).toEqual(teams);
});

test("behind a machine are its owners, and the person that it acts for", () => {
  const directory = parseDirectory(ACME);
  const alone = directory.principalOf("token:helper-bot", undefined, NOON);
  expect([alone?.people, alone?.actingFor, alone?.roles]).toEqual([
    ["bob"],
    undefined,
    ["engineer", "deployer"],
  ]);
  const acting = directory.principalOf("token:helper-bot", "alice", NOON);
  expect([acting?.people, acting?.actingFor]).toEqual([["alice", "bob"], "alice"]);
});

test("a machine that acts for somebody may no more than both of them, and is not on call", () => {
  const acting = parseDirectory(ACME).principalOf("token:helper-bot", "alice", NOON);
  expect([acting?.roles, acting?.teams, acting?.onCall]).toEqual([["engineer"], ["payments"], []]);
});

test.each([
  ["a machine for somebody that it may not act for", "token:helper-bot", "bob"],
  ["a machine for somebody of another tenant", "token:helper-bot", "carol"],
  ["a machine for nobody that is known", "token:helper-bot", "mallory"],
  ["a machine for itself", "token:helper-bot", "helper-bot"],
  ["a person for another", "token:bob", "alice"],
  ["a person for themselves", "token:alice", "alice"],
  ["a workload for a person", "certificate:uri:spiffe://acme.example/checkout", "alice"],
  ["an identity that nobody has", "token:mallory", undefined],
  ["an id instead of an identity", "alice", undefined],
  ["an object's own property", "__proto__", undefined],
])("there is no principal for %s", (_, identity, actingFor) => {
  expect(parseDirectory(ACME).principalOf(identity, actingFor, NOON)).toBeUndefined();
});

test("an issuer's word lets a machine act for a person of its tenant, and nobody else", () => {
  const directory = parseDirectory(ACME);
  expect(directory.delegateOf("token:helper-bot", "token:bob")?.actingFor).toBe("bob");
  for (const [actor, subject] of [
    ["token:helper-bot", "token:carol"],
    ["token:helper-bot", "token:mallory"],
    ["token:helper-bot", "token:helper-bot"],
    ["token:alice", "token:bob"],
    ["certificate:uri:spiffe://acme.example/checkout", "token:bob"],
  ] as const)
    expect(directory.delegateOf(actor, subject), `${actor} for ${subject}`).toBeUndefined();
});

test("a service is owned by the teams of its tenant whose patterns name it", () => {
  const directory = parseDirectory(ACME);
  expect(directory.ownersOf("payouts", "production", "acme")).toEqual(["payments", "platform"]);
  expect(directory.ownersOf("payouts", "staging", "acme")).toEqual(["platform"]);
  expect(directory.ownersOf("checkout", "staging", "acme")).toEqual(["payments", "platform"]);
  expect(directory.ownersOf("checkout", "staging", "other")).toEqual(["theirs"]);
  expect(directory.ownersOf("checkout", "staging", "nobody")).toEqual([]);
});

test("the people of a team are those who say that they belong to it", () => {
  const directory = parseDirectory(ACME);
  expect(directory.peopleOf("payments")).toEqual(["alice", "bob"]);
  expect(directory.peopleOf("theirs")).toEqual([]);
  expect(directory.peopleOf("nobody")).toEqual([]);
});

test("an empty directory is one where nobody may call", () => {
  expect(parseDirectory("").principalOf("token:alice", undefined, NOON)).toBeUndefined();
});

const REFUSED: readonly [name: string, text: string, path: string, message: RegExp][] = [
  ["a key that it hasn't", "persons: []", "", /unrecognized key "persons"/],
  ["an id with a capital letter", "people: [{ id: Alice }]", "people.0.id", /expected 1 to 64/],
  ["an id that would be a path", 'people: [{ id: "../x" }]', "people.0.id", /expected 1 to 64/],
  ["an id of 65 letters", `people: [{ id: ${"a".repeat(65)} }]`, "people.0.id", /expected 1 to 64/],
  ["two people of one id", "people: [{ id: a }, { id: a }]", "people.1.id", /id of people.0/],
  ["a team with a person's id", "people: [{ id: a }]\nteams: [{ id: a }]", "teams.0.id", /id of people.0/],
  ["a tenant that isn't there", "people: [{ id: a, tenant: acme }]", "people.0.tenant", /no tenant "acme"/],
  [
    "two with one identity",
    'people: [{ id: a, identities: ["token:x"] }, { id: b, identities: ["token:x"] }]',
    "people.1.identities.0",
    /that of people.0/,
  ],
  [
    "an identity of no kind",
    'people: [{ id: a, identities: ["alice"] }]',
    "people.0.identities.0",
    /expected token:NAME/,
  ],
  [
    "an issuer without a subject",
    'people: [{ id: a, identities: ["oidc:https://id.example"] }]',
    "people.0.identities.0",
    /expected token:NAME/,
  ],
  [
    "a line end in a subject",
    'people: [{ id: a, identities: ["oidc:https://id.example|a\\nb"] }]',
    "people.0.identities.0",
    /expected token:NAME/,
  ],
  ["a team that isn't there", "people: [{ id: a, teams: [x] }]", "people.0.teams", /no team "x"/],
  ["a machine without owners", "machines: [{ id: m, owners: [] }]", "machines.0.owners", /one person/],
  ["a machine that owns itself", "machines: [{ id: m, owners: [m] }]", "machines.0.owners", /no person "m"/],
  [
    "an owner of another tenant",
    "tenants: [default, other]\npeople: [{ id: a, tenant: other }]\nmachines: [{ id: m, owners: [a] }]",
    "machines.0.owners",
    /of another tenant/,
  ],
  [
    "a machine that acts for nobody known",
    "people: [{ id: a }]\nmachines: [{ id: m, owners: [a], acts_for: [b] }]",
    "machines.0.acts_for",
    /no person "b"/,
  ],
  [
    "a workload without services",
    "workloads: [{ id: w, services: [] }]",
    "workloads.0.services",
    /expected at least 1 entry/,
  ],
  [
    "roles for a workload",
    "workloads: [{ id: w, services: [{ service: a }], roles: [admin] }]",
    "workloads.0",
    /"roles"/,
  ],
  [
    "somebody on call who isn't there",
    'teams: [{ id: t, on_call: [{ person: a, from: "2026-01-01T00:00:00Z", until: "2026-01-02T00:00:00Z" }] }]',
    "teams.0.on_call.0.person",
    /no person "a"/,
  ],
  [
    "a turn that ends before it begins",
    'people: [{ id: a }]\nteams: [{ id: t, on_call: [{ person: a, from: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z" }] }]',
    "teams.0.on_call.0.until",
    /after from/,
  ],
  [
    "a time without a zone",
    'people: [{ id: a }]\nteams: [{ id: t, on_call: [{ person: a, from: "2026-01-02T00:00:00", until: "2026-01-03T00:00:00Z" }] }]',
    "teams.0.on_call.0.from",
    /expected a time/,
  ],
];

test.each(REFUSED)("%s is refused, by its path", (_, text, path, message) => {
  const error = refusalOf(text);
  expect(error.code).toBe("CONFIG_INVALID");
  expect(error.path ?? "").toBe(path);
  expect(error.message).toMatch(message);
});

test.each([
  ["what is no YAML", "people: ["],
  ["a key twice", "people: []\npeople: []"],
])("%s is refused", (_, text) => {
  expect(refusalOf(text).code).toBe("CONFIG_UNREADABLE");
});

test("a name that was misspelled is said", () => {
  expect(refusalOf("people: [{ id: a, teams: [paymnts] }]\nteams: [{ id: payments }]").hint).toBe(
    'did you mean "payments"?',
  );
});

test("any text is a directory or refused with a code", () => {
  const word = fc.constantFrom(
    "people",
    "machines",
    "teams",
    "id",
    "a",
    ":",
    "-",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "\n",
    " ",
    "&x",
    "*x",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join("")),
      ),
      (text) => {
        try {
          expect(parseDirectory(text).principalOf("token:a", undefined, 0)).toBeUndefined();
        } catch (error) {
          expect(error).toBeInstanceOf(OperatingError);
        }
      },
    ),
  );
});

function refusalOf(text: string): OperatingError {
  try {
    parseDirectory(text);
  } catch (error) {
    if (error instanceof OperatingError) return error;
    throw error;
  }
  throw new Error("it was accepted");
}
