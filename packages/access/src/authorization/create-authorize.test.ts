import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OperatingError } from "@scrim/errors";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACTION_SUBJECTS } from "../../testing/action-subjects.ts";
import type { Principal } from "../directory/principal.ts";
import { createAuthorize } from "./create-authorize.ts";
import { ACTIONS, type Action, type Resource } from "./resource.ts";

let folder: string;
let told: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "scrim-authorize-"));
  told = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** With policies that are added, one file each. */
function authorizeWith(...texts: readonly string[]) {
  const files = texts.map((text, at) => {
    writeFileSync(join(folder, `${at}.cedar`), text, { mode: 0o644 });
    return `${at}.cedar`;
  });
  return createAuthorize({ policy_files: files }, { baseDir: folder, told: (problem) => told.push(problem) });
}

const PERMIT_ALL = '@id("all") permit (principal, action, resource);';

const ALICE: Principal = {
  kind: "person",
  id: "alice",
  tenant: "acme",
  people: ["alice"],
  roles: ["engineer"],
  teams: ["payments"],
  onCall: [],
  services: [],
};
const REQUEST: Resource = {
  type: "Request",
  id: "req-1",
  tenant: "acme",
  capability: "capture",
  people: ["alice"],
  owners: [],
  services: ["pay"],
  environments: ["production"],
  classes: [],
  breakGlass: false,
};

test("a verdict names the policies that decided", () => {
  const authorize = authorizeWith();
  expect(authorize(ALICE, "request.create", REQUEST)).toEqual({
    isAllowed: true,
    policies: ["scrim.engineer"],
  });
  const approver = { ...ALICE, roles: ["approver"] };
  expect(authorize(approver, "request.approve", REQUEST)).toEqual({
    isAllowed: false,
    policies: ["scrim.own_request"],
  });
  expect(authorize({ ...ALICE, roles: [] }, "request.create", REQUEST)).toEqual({
    isAllowed: false,
    policies: [],
  });
});

test("policies that are added permit more, by roles of their own", () => {
  const authorize = authorizeWith(`@id("acme.lead")
permit (principal is Person, action == Action::"request.approve", resource)
when { principal.roles.contains("lead") && resource.environments == ["staging"] };`);
  const lead = { ...ALICE, id: "lee", people: ["lee"], roles: ["lead"] };
  expect(authorize(lead, "request.approve", { ...REQUEST, environments: ["staging"] })).toEqual({
    isAllowed: true,
    policies: ["acme.lead"],
  });
  expect(authorize(lead, "request.approve", REQUEST).isAllowed).toBe(false);
});

test("policies that are added forbid more", () => {
  const authorize = authorizeWith(`@id("acme.no_probes")
forbid (principal, action == Action::"request.create", resource) when { resource.capability == "probe" };`);
  expect(authorize(ALICE, "request.create", REQUEST).isAllowed).toBe(true);
  expect(authorize(ALICE, "request.create", { ...REQUEST, capability: "probe" })).toEqual({
    isAllowed: false,
    policies: ["acme.no_probes"],
  });
});

test("a policy about one resource is about no other that is alike", () => {
  const authorize = authorizeWith(`@id("acme.this_one")
forbid (principal, action, resource == Request::"req-2");`);
  const ids = ["req-1", "req-2", "req-3", "req-2"];
  const allowed = ids.map((id) => authorize(ALICE, "request.create", { ...REQUEST, id }).isAllowed);
  expect(allowed).toEqual([true, false, true, false]);
});

test("what is told of a resource counts, however much is alike", () => {
  const authorize = authorizeWith();
  const changes = [{}, { tenant: "other" }, { people: ["bob"] }, { breakGlass: true }, {}];
  const allowed = changes.map(
    (each) => authorize(ALICE, "request.create", { ...REQUEST, ...each }).isAllowed,
  );
  expect(allowed).toEqual([true, false, false, false, true]);
  expect(authorize({ ...ALICE, roles: [] }, "request.create", REQUEST).isAllowed).toBe(false);
  expect(authorize(ALICE, "request.approve", REQUEST).isAllowed).toBe(false);
});

test("what was asked lately is answered at once: a list of thousands keeps nobody waiting", () => {
  const authorize = authorizeWith();
  /** Milliseconds for each of some questions, in the best of three rounds: other programs run too. */
  const cost = (questions: number, ask: (at: number, round: number) => unknown) =>
    Math.min(
      ...[0, 1, 2].map((round) => {
        const startedAt = performance.now();
        for (let at = 0; at < questions; at++) ask(at, round);
        return (performance.now() - startedAt) / questions;
      }),
    );
  const decided = cost(50, (at, round) =>
    authorize(ALICE, "request.read", { ...REQUEST, services: [`${round}-${at}`] }),
  );
  const known = cost(500, (at) => authorize(ALICE, "request.read", { ...REQUEST, id: `req-${at}` }));
  expect(known).toBeLessThan(decided / 3);
});

test("nobody breaks the glass by an ordinary request without the role", () => {
  const authorize = authorizeWith(PERMIT_ALL);
  const breaking = { ...REQUEST, breakGlass: true };
  expect(authorize(ALICE, "request.create", breaking).policies).toEqual(["scrim.glass_by_request"]);
  expect(authorize({ ...ALICE, roles: ["break_glass"] }, "request.create", breaking).isAllowed).toBe(true);
});

describe("whatever is permitted by policies that are added", () => {
  const name = fc.constantFrom("alice", "bob", "carol", "dan");
  const names = fc.uniqueArray(name, { maxLength: 4 });
  const tenant = fc.constantFrom("acme", "acme", "acme", "other");
  const service = fc.constantFrom("pay", "checkout", "pa*", "*");
  const principal: fc.Arbitrary<Principal> = fc
    .record({
      kind: fc.constantFrom("person", "machine", "workload"),
      id: name,
      tenant,
      people: names,
      roles: fc.uniqueArray(
        fc.constantFrom("engineer", "approver", "reveal_approver", "security", "admin", "break_glass"),
      ),
      teams: fc.uniqueArray(fc.constantFrom("payments", "platform")),
      actingFor: fc.option(name, { nil: undefined }),
      services: fc.array(fc.record({ service, environment: service }), { maxLength: 2 }),
    } as const)
    .map(({ actingFor, ...rest }) => ({
      ...rest,
      onCall: [],
      ...(actingFor !== undefined && rest.kind === "machine" && { actingFor }),
    }));
  const asked = fc
    .record({
      type: fc.constantFrom("Request", "Grant"),
      tenant,
      capability: fc.constantFrom("capture", "reveal", "probe"),
      people: names,
      owners: fc.uniqueArray(fc.constantFrom("payments", "platform")),
      breakGlass: fc.boolean(),
    } as const)
    .map((rest) => ({ id: "it", services: ["pay"], environments: ["production"], classes: [], ...rest }));
  const other = fc
    .record({ type: fc.constantFrom("Policy", "AuditLog"), tenant, people: names } as const)
    .map((rest) => ({ id: "it", ...rest }));
  const enrolled = fc
    .record({ tenant, service: fc.constantFrom("pay", "checkout"), owners: names })
    .map((rest) => ({ type: "Service" as const, id: "it", environment: "pay", ...rest }));
  /** Somebody, and something that they may have to do with. */
  const meeting = fc
    .tuple(principal, fc.oneof(asked, asked, other, enrolled), fc.boolean())
    .map(([by, on, isOwn]): [Principal, Resource] => [
      by,
      isOwn && "people" in on ? { ...on, people: [...by.people, ...on.people] } : on,
    ]);

  const DECIDE: readonly Action[] = [
    "request.approve",
    "request.deny",
    "break_glass.review",
    "policy.approve",
    "policy.deny",
  ];
  const FOR_WORKLOADS: readonly Action[] = ["bundle.read", "lease.take", "policy.read", "policy.acknowledge"];
  const shares = (some: readonly string[], others: readonly string[]) =>
    some.some((each) => others.includes(each));

  /** What no policy may ever allow, in words of its own: none of Cedar's. */
  function isForbidden(by: Principal, action: Action, on: Resource): boolean {
    if (by.tenant !== on.tenant) return true;
    const people = "people" in on ? on.people : [];
    if (DECIDE.includes(action) && (by.kind !== "person" || shares(by.people, people))) return true;
    if (action === "request.create" || action === "break_glass.create") {
      if (by.people.some((person) => !people.includes(person))) return true;
      if (by.kind === "machine" && action === "break_glass.create") return true;
      if (by.kind === "machine" && "capability" in on && on.capability === "reveal") return true;
      const isGlass = action === "request.create" && "breakGlass" in on && on.breakGlass;
      if (isGlass && !(by.kind === "person" && by.roles.includes("break_glass"))) return true;
    }
    const makes = action === "request.create" || action === "policy.propose" || action === "service.enrol";
    if (makes && by.kind === "machine" && by.actingFor === undefined) return true;
    if (by.kind !== "workload") return false;
    if (!FOR_WORKLOADS.includes(action)) return true;
    return (
      on.type === "Service" &&
      !by.services.some(({ service, environment }) =>
        [
          [service, on.service],
          [environment, on.environment],
        ].every(
          ([pattern, text]) => pattern === text || pattern === "*" || (pattern === "pa*" && text === "pay"),
        ),
      )
    );
  }

  test("what is forbidden stays so, and all else is what they say", () => {
    const authorize = authorizeWith(PERMIT_ALL);
    const actionsOn = (type: Resource["type"]) =>
      ACTIONS.filter((action) => ACTION_SUBJECTS[action].includes(type));
    fc.assert(
      fc.property(meeting, ([by, on]) => {
        for (const action of actionsOn(on.type))
          expect([action, authorize(by, action, on).isAllowed]).toEqual([
            action,
            !isForbidden(by, action, on),
          ]);
      }),
      { numRuns: 400 },
    );
    expect(told).toEqual([]);
  });

  test("nobody decides on what somebody behind them is also behind", () => {
    const authorize = authorizeWith(PERMIT_ALL);
    fc.assert(
      fc.property(principal, fc.constantFrom(...DECIDE), asked, name, (by, action, on, person) => {
        const own = [
          { ...by, people: [...by.people, person] },
          action,
          { ...on, people: [person, ...on.people] },
        ] as const;
        expect(authorize(...own).isAllowed).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  const bot: Principal = {
    ...ALICE,
    kind: "machine",
    id: "bot",
    people: ["alice", "olga"],
    actingFor: "alice",
  };
  const { actingFor: _, ...alone } = bot;
  const pods: Principal = {
    ...ALICE,
    kind: "workload",
    id: "pods",
    people: [],
    services: [{ service: "pay", environment: "prod*" }],
  };
  const others: Resource = { ...REQUEST, people: ["mallory"] };
  const ofBot: Resource = { ...REQUEST, people: bot.people };
  const payService: Extract<Resource, { type: "Service" }> = {
    type: "Service",
    id: "it",
    tenant: "acme",
    service: "pay",
    environment: "production",
    owners: [],
  };
  const proposal: Resource = { type: "Policy", id: "p", tenant: "acme", people: ["olga"] };
  const breaking = { ...ofBot, breakGlass: true };

  const FORBIDDEN: readonly [
    id: string,
    by: Principal,
    action: Action,
    on: Resource,
    instead: Resource | Principal,
  ][] = [
    ["scrim.other_tenant", ALICE, "request.read", { ...others, tenant: "other" }, others],
    ["scrim.own_request", ALICE, "request.approve", REQUEST, others],
    ["scrim.own_request", { ...ALICE, people: ["alice", "olga"] }, "policy.approve", proposal, ALICE],
    ["scrim.asks_for_others", ALICE, "request.create", others, REQUEST],
    ["scrim.asks_for_others", bot, "request.create", REQUEST, ofBot],
    ["scrim.machine_decides", bot, "request.deny", others, ALICE],
    ["scrim.machine_breaks_glass", bot, "break_glass.create", breaking, { ...ALICE, roles: [] }],
    ["scrim.glass_by_request", ALICE, "request.create", { ...REQUEST, breakGlass: true }, REQUEST],
    ["scrim.machine_reveals", bot, "request.create", { ...ofBot, capability: "reveal" }, ofBot],
    ["scrim.machine_alone", alone, "request.create", ofBot, bot],
    ["scrim.machine_alone", alone, "service.enrol", payService, bot],
    ["scrim.machine_alone", alone, "policy.propose", proposal, bot],
    ["scrim.workload_does_more", pods, "service.read", payService, ALICE],
    ["scrim.workload_of_another", pods, "bundle.read", { ...payService, service: "checkout" }, payService],
    ["scrim.workload_of_another", pods, "lease.take", { ...payService, environment: "staging" }, payService],
  ];

  test.each(FORBIDDEN)("%s alone forbids what differs in no more", (id, by, action, on, instead) => {
    const authorize = authorizeWith(PERMIT_ALL);
    expect(authorize(by, action, on)).toEqual({ isAllowed: false, policies: [id] });
    const isResource = "type" in instead;
    const [other, otherOn] = isResource ? [by, instead] : [instead, on];
    expect(authorize(other, action, otherOn).isAllowed).toBe(true);
  });

  test("somebody else does", () => {
    const approver = { ...ALICE, id: "bob", people: ["bob"], roles: [] };
    expect(authorizeWith(PERMIT_ALL)(approver, "request.approve", REQUEST).isAllowed).toBe(true);
  });
});

const REFUSED: readonly [name: string, text: string, path: string, says: RegExp][] = [
  [
    "what is no Cedar",
    '@id("a")\npermit (principal, action, resource)\nwhen { };',
    "0.cedar: line 3",
    /can.?not be empty/,
  ],
  ["a policy without an id", "permit (principal, action, resource);", "0.cedar", /has no id/],
  [
    "an id that an entry of the log can't have",
    '@id("a b") permit (principal, action, resource);',
    "0.cedar",
    /an id of a policy/,
  ],
  ["an empty id", "@id permit (principal, action, resource);", "0.cedar", /has no id/],
  [
    "an id of scrim's",
    '@id("scrim.own_request") permit (principal, action, resource);',
    "0.cedar: scrim.own_request",
    /scrim's own/,
  ],
  [
    "an id twice",
    `${PERMIT_ALL}\n${PERMIT_ALL}`,
    "0.cedar: all",
    /another policy has this id, in .*0\.cedar/,
  ],
  ["a template", '@id("t") permit (principal == ?principal, action, resource);', "0.cedar", /template/],
  [
    "an action that isn't there",
    '@id("a") permit (principal, action == Action::"request.aprove", resource);',
    "0.cedar: a",
    /unrecognized action/,
  ],
  [
    "an attribute that isn't there",
    '@id("a") permit (principal, action, resource is Request) when { resource.servises.contains("x") };',
    "0.cedar: a",
    /servises/,
  ],
  [
    "an attribute that may not be there",
    '@id("a") permit (principal is Machine, action, resource) when { principal.acting_for == "x" };',
    "0.cedar: a",
    /acting_for/,
  ],
  [
    "a kind that isn't there",
    '@id("a") permit (principal is User, action, resource);',
    "0.cedar: a",
    /unrecognized entity type/,
  ],
];

test.each(REFUSED)("%s stops the start, by file and policy", (_, text, path, says) => {
  let error: unknown;
  try {
    authorizeWith(text);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(OperatingError);
  const { code, path: where, message } = error as OperatingError;
  expect([code, where]).toEqual(["POLICY_INVALID", join(folder, path)]);
  expect(message).toMatch(says);
});

test("a slip is said", () => {
  expect(() =>
    authorizeWith('@id("a") permit (principal, action == Action::"request.aprove", resource);'),
  ).toThrow(expect.objectContaining({ hint: expect.stringContaining("request.approve") }));
});

test("a file that is missing, or that others may write, stops the start", () => {
  const start = (file: string) =>
    createAuthorize({ policy_files: [file] }, { baseDir: folder, told: () => {} });
  const unreadable = expect.objectContaining({ code: "CONFIG_UNREADABLE" });
  expect(() => start("none.cedar")).toThrow(unreadable);
  writeFileSync(join(folder, "open.cedar"), PERMIT_ALL);
  chmodSync(join(folder, "open.cedar"), 0o664);
  expect(() => start("open.cedar")).toThrow(unreadable);
});

test("a policy that can never apply is told, and changes nothing", () => {
  const authorize = authorizeWith('@id("never") permit (principal, action, resource) when { false };');
  expect(told).toEqual([
    expect.objectContaining({ code: "POLICY_INVALID", path: join(folder, "0.cedar: never") }),
  ]);
  expect(authorize(ALICE, "request.create", REQUEST).isAllowed).toBe(true);
});

test("a policy that fails when it is asked lets nobody do what it may have forbidden", () => {
  const authorize =
    authorizeWith(`@id("fails") forbid (principal, action == Action::"request.create", resource)
when { 9223372036854775807 + (if resource.break_glass then 2 else 1) > 0 };`);
  expect(told).toEqual([]);
  expect(authorize(ALICE, "request.create", REQUEST)).toEqual({ isAllowed: false, policies: [] });
  expect(told).toEqual([expect.objectContaining({ code: "POLICY_INVALID", path: "fails" })]);
  expect(authorize(ALICE, "request.read", REQUEST).isAllowed).toBe(true);
});

test("what can't be told is refused, and told without what it was about", () => {
  const authorize = authorizeWith(PERMIT_ALL);
  const cases: readonly [Principal, Action, Resource][] = [
    [ALICE, "grant.read", REQUEST],
    [ALICE, "request.fly" as Action, REQUEST],
    [{ ...ALICE, kind: "god" as "person" }, "request.read", REQUEST],
    [{ ...ALICE, roles: undefined as unknown as string[] }, "request.read", REQUEST],
    [ALICE, "request.read", { ...REQUEST, capability: 7 as unknown as "probe" }],
    [ALICE, "request.read", { ...REQUEST, tenant: undefined as unknown as string }],
    [ALICE, "request.read", { ...REQUEST, type: "Secret" as "Request" }],
    [ALICE, "request.read", undefined as unknown as Resource],
  ];
  for (const each of cases) expect(authorize(...each)).toEqual({ isAllowed: false, policies: [] });
  expect(told).toHaveLength(cases.length);
  for (const problem of told) expect(String(problem)).not.toMatch(/alice|req-1|payments/);
});

test("any text in names is only text; what is no Unicode is refused", () => {
  const authorize = authorizeWith();
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "\ud800",
      "\0",
      '" } ; permit (principal, action, resource); //',
      "__entity",
      "*",
      "acme",
    ),
  );
  fc.assert(
    fc.property(text, text, fc.array(text, { maxLength: 3 }), (id, tenant, texts) => {
      const roles = texts.map((each) => `r${each}`);
      const by = { ...ALICE, id, roles, tenant: `t${tenant}`, people: ["alice"], teams: [] };
      const on = { ...REQUEST, id, people: ["bob"], owners: texts, services: texts, classes: texts };
      expect(authorize(by, "request.read", on).isAllowed).toBe(false);
      const isUnicode = [id, tenant, ...texts].every((each) => each.isWellFormed());
      const own = authorize({ ...by, people: ["bob"] }, "request.read", { ...on, tenant: by.tenant });
      expect(own.isAllowed).toBe(isUnicode);
    }),
  );
});
