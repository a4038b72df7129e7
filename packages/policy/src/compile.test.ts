import fc from "fast-check";
import { expect, test } from "vitest";
import type { Action } from "./action.ts";
import { compilePolicy, defaultPlan } from "./compile.ts";
import { conditionsThatHold } from "./condition.ts";
import { isForWhole } from "./decision.ts";
import { describeOrigin } from "./explain.ts";
import { MASK_ALL } from "./lattice.ts";
import { definePolicy, parsePolicy } from "./parse.ts";
import type { Plan } from "./plan.ts";

const KEY = { version: 3, secret: Buffer.alloc(32, 7) };
const COARSE: Action = { kind: "generalize", to: { ipv4_prefix: 24, ipv6_prefix: 48 } };

function planOf(text: string): Plan {
  return compilePolicy([parsePolicy(`version: 1\n${text}`, "p.yaml")], { pseudonymKey: KEY });
}

function actionFor(plan: Plan, path: string, resource: Record<string, string> = {}): Action {
  return plan.decide(path, conditionsThatHold(plan.conditions, new Map(Object.entries(resource)))).action;
}

const BY_DEFAULT: readonly [path: string, action: Action][] = [
  ["user.email", MASK_ALL],
  ["enduser.id", MASK_ALL],
  ["customer.full_name", MASK_ALL],
  ["client.address", COARSE],
  ["geo.postal_code", MASK_ALL],
  ["http.request.method", { kind: "scan" }],
  ["http.response.status_code", { kind: "scan" }],
  ["server.address", { kind: "scan" }],
  ["server.port", { kind: "scan" }],
  ["url.full", { kind: "scan" }],
  ["db.query.text", { kind: "scan" }],
  ["http.request.header.authorization", MASK_ALL],
  ["http.request.header.X_Api_Key", MASK_ALL],
  ["HTTP.Request.Header.X_Api_Key", MASK_ALL],
  ["http.request.header.nobody-knows", MASK_ALL],
  ["nobody.knows", { kind: "scan" }],
];

test.each(BY_DEFAULT)("by default %s becomes %j", (path, action) => {
  expect(actionFor(defaultPlan(), path)).toEqual(action);
});

test("a decision carries the class and the structure of the value", () => {
  expect(defaultPlan().decide("db.query.text", 0)).toMatchObject({ class: "content", text: "sql" });
  expect(defaultPlan().decide("user.email", 0)).toMatchObject({ class: "direct_identifier", text: "plain" });
  expect(defaultPlan().decide("nobody.knows", 0)).toMatchObject({ class: "content", text: "plain" });
});

test("the default plan scans bodies and bare text, and needs no key", () => {
  const plan = defaultPlan();
  expect(plan.body.action).toEqual({ kind: "scan" });
  expect(plan.text.action).toEqual({ kind: "scan" });
  expect(plan.pseudonymKey).toBeUndefined();
  expect(plan.limits).toEqual({
    value_bytes_max: 262_144,
    record_bytes_max: 1_048_576,
    record_nodes_max: 16_384,
    candidates_max: 1000,
  });
});

const SHOP = `
unknown: mask
body: keep
classes:
  credential: drop
  harmless: keep
rules:
  - attribute: order.id
    action: keep
  - attribute: user.email
    action: { mask: email }
  - attribute: [http.request.header.*, "!http.request.header.Content-Type"]
    action: drop
  - attribute: basket
    action: { truncate: 100 }
    on_non_string: stringify
  - where: { resource: { service.name: payments-* } }
    attribute: "*"
    action: mask
  - attribute: "*"
    where: { resource: { service.name: tests, deployment.environment.name: ci } }
    action: pseudonym
  - attribute: url.path
    action: scan
aliases:
  user.email: [usr.eml, user_email_address]
  order.id: [ordernumber]
`;

const BY_SHOP: readonly [path: string, resource: Record<string, string>, action: Action][] = [
  ["order.id", {}, { kind: "keep" }],
  ["order.id.check", {}, { kind: "keep" }],
  ["order.ids", {}, MASK_ALL],
  ["user.email", {}, { kind: "mask", style: { style: "email" } }],
  ["usr.eml", {}, { kind: "mask", style: { style: "email" } }],
  ["ordernumber", {}, { kind: "keep" }],
  ["http.request.header.x-anything", {}, { kind: "drop" }],
  ["http.request.header.content_type", {}, { kind: "check" }],
  ["http.response.header.set-cookie", {}, { kind: "drop" }],
  ["basket.items", {}, { kind: "truncate", bytes: 100 }],
  ["http.request.method", {}, { kind: "check" }],
  ["http.request.method", { "service.name": "payments-eu" }, MASK_ALL],
  ["order.id", { "service.name": "payments-eu" }, { kind: "keep" }],
  ["http.request.method", { "service.name": "tests" }, { kind: "check" }],
  [
    "http.request.method",
    { "service.name": "tests", "deployment.environment.name": "ci" },
    { kind: "pseudonym" },
  ],
  ["url.path", {}, { kind: "scan" }],
  ["url.path", { "service.name": "payments-" }, MASK_ALL],
  ["nobody.knows", {}, MASK_ALL],
];

test.each(BY_SHOP)("%s on resource %j becomes %j", (path, resource, action) => {
  expect(actionFor(planOf(SHOP), path, resource)).toEqual(action);
});

test("an origin names the rule and its line", () => {
  const plan = planOf(SHOP);
  expect(plan.decide("user.email", 0).origin).toEqual({
    kind: "rule",
    layer: "p.yaml",
    path: "rules[1]",
    line: 11,
  });
  expect(plan.decide("basket", 0).onNonString).toBe("stringify");
  expect(describeOrigin(plan.decide("nobody.knows", 0).origin)).toBe("unknown (p.yaml:3)");
  expect(describeOrigin(plan.body.origin)).toBe("body (p.yaml:4)");
});

test("keep for unknown keys, bodies and classes still checks", () => {
  const plan = planOf("unknown: keep\nbody: keep\nclasses: { direct_identifier: keep }");
  expect(actionFor(plan, "nobody.knows")).toEqual({ kind: "check" });
  expect(actionFor(plan, "user.email")).toEqual({ kind: "check" });
  expect(plan.body.action).toEqual({ kind: "check" });
});

test("a key that only looks like a known one gets no more freedom than an unknown one", () => {
  const plan = planOf("unknown: drop");
  expect(actionFor(plan, "httpRequestMethod")).toEqual({ kind: "drop" });
  expect(actionFor(plan, "customer.full_name")).toEqual({ kind: "drop" });
  expect(actionFor(plan, "http.request.method")).toEqual({ kind: "scan" });
});

test("a key that code leaves undefined has its default", () => {
  const plan = compilePolicy([
    definePolicy({ version: 1, classes: { credential: undefined }, unknown: undefined }),
  ]);
  expect(actionFor(plan, "http.request.header.cookie")).toEqual(MASK_ALL);
  expect(actionFor(plan, "nobody.knows")).toEqual({ kind: "scan" });
});

test("where clauses that say the same are one condition", () => {
  const plan = planOf(`rules:
  - { attribute: a, action: mask, where: { resource: { x: "1", y: "2" } } }
  - { attribute: b, action: mask, where: { resource: { y: "2", x: "1" } } }
  - { attribute: c, action: mask, where: { resource: { y: "2" } } }`);
  expect(plan.conditions).toHaveLength(2);
  expect(conditionsThatHold(plan.conditions, new Map([["y", "2"]]))).toBe(0b10);
});

test("a map is acted on as a whole where a rule or the catalogue names it, not for being unknown", () => {
  const plan = planOf("unknown: drop\nrules: [{ attribute: basket, action: mask }]");
  expect(isForWhole(plan.decide("basket", 0))).toBe(true);
  expect(isForWhole(plan.decide("gen_ai.input.messages", 0))).toBe(true);
  expect(isForWhole(plan.decide("http", 0))).toBe(false);
  expect(isForWhole(plan.decide("http.request.header", 0))).toBe(false);
  expect(isForWhole(plan.decide("http.request.method", 0))).toBe(false);
});

test("every notation of an action compiles", () => {
  const notations: readonly [written: string, action: Action][] = [
    ["keep", { kind: "keep" }],
    ["scan", { kind: "scan" }],
    ["mask", MASK_ALL],
    ["drop", { kind: "drop" }],
    ["pseudonym", { kind: "pseudonym" }],
    ["hash", { kind: "hash" }],
    ["{ mask: all }", MASK_ALL],
    ["{ mask: card }", { kind: "mask", style: { style: "card" } }],
    ["{ mask: { keep_first: 2 } }", { kind: "mask", style: { style: "keep_first", characters: 2 } }],
    ["{ mask: { keep_last: 4 } }", { kind: "mask", style: { style: "keep_last", characters: 4 } }],
    ["{ replace: gone }", { kind: "replace", with: "gone" }],
    [
      "{ generalize: { date: month, bucket: 10 } }",
      { kind: "generalize", to: { date: "month", bucket: 10 } },
    ],
    ["{ generalize: { url: without_query } }", { kind: "generalize", to: { url: "without_query" } }],
    ["{ truncate: 200 }", { kind: "truncate", bytes: 200 }],
  ];
  for (const [written, action] of notations) {
    expect(actionFor(planOf(`rules: [{ attribute: a, action: ${written} }]`), "a")).toEqual(action);
  }
});

test("more than 30 conditions are refused", () => {
  const rules = Array.from(
    { length: 31 },
    (_, index) => `  - { attribute: a, action: mask, where: { resource: { service.name: "s${index}" } } }`,
  );
  expect(() => planOf(`rules:\n${rules.join("\n")}`)).toThrow(
    expect.objectContaining({
      line: "rules[30].where: more than 30 different `where` clauses in all layers (p.yaml:33) [POLICY_INVALID]",
      hint: expect.stringMatching(/`\*`/),
    }),
  );
});

test("a name can be the alias of one attribute only", () => {
  expect(() => planOf("aliases: { user.email: [who], user.name: [who] }")).toThrow(
    expect.objectContaining({
      line: 'aliases["user.name"][0]: this name already stands for another attribute (p.yaml:2) [POLICY_INVALID]',
      hint: "a name can be the alias of one attribute only",
    }),
  );
});

const WITHOUT_KEY: readonly [name: string, text: string, path: string, hint: RegExp][] = [
  ["a rule", "rules: [{ attribute: a, action: pseudonym }]", "rules[0].action", /openssl rand -base64 32/],
  ["a class", "classes: { direct_identifier: pseudonym }", "classes.direct_identifier", /openssl rand/],
  ["a detector", "detectors: { actions: { email: pseudonym } }", "detectors.actions.email", /openssl rand/],
  ["a key that is only named", "keys: { pseudonym: { version: 1, env: K } }", "keys.pseudonym", /loadPolicy/],
];

test.each(WITHOUT_KEY)("%s needs a pseudonym key", (_name, text, path, hint) => {
  expect(() => compilePolicy([parsePolicy(`version: 1\n${text}`, "p.yaml")])).toThrow(
    expect.objectContaining({ code: "POLICY_KEY_MISSING", path, hint: expect.stringMatching(hint) }),
  );
});

test("a short pseudonym key is refused", () => {
  const pseudonymKey = { version: 1, secret: Buffer.alloc(31) };
  expect(() => compilePolicy([], { pseudonymKey })).toThrow(
    expect.objectContaining({
      code: "POLICY_KEY_MISSING",
      path: "keys.pseudonym",
      hint: expect.stringMatching(/openssl/),
    }),
  );
});

test.each<[path: string, keeps: boolean]>([
  ["users", true],
  ["order.items", true],
  ["metadata", false],
  ["metadata.database", false],
  ["metadata.database.host", true],
  ["metadata.secret", false],
  ["session", false],
  ["http.request.header", false],
  ["http", false],
])("rules for single keys and one that keeps the rest: whether all below %s is kept is %j", (path, keeps) => {
  const plan = planOf(`
aliases: { metadata.secret: [session.id] }
rules:
  - { attribute: [metadata.secret, metadata.database.password, HTTP.Request.Header.x-id], action: mask }
  - { attribute: "*", action: keep }
`);
  expect(plan.keepsAllBelow(path)).toBe(keeps);
});

test("where all below a path is kept, each key there is", () => {
  const segments = fc.constantFrom("a", "b", "http.request.header", "X-Y", "x_y", "*", "a*");
  const paths = fc.array(segments, { minLength: 1, maxLength: 3 }).map((names) => names.join("."));
  const rule = fc.record({
    attribute: fc.tuple(paths, fc.constantFrom("", "!"), paths),
    action: fc.constantFrom("keep", "mask", "scan"),
  });
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), paths, paths, (rules, path, below) => {
      const written = rules.map(({ attribute: [first, sign, other], action }) => ({
        attribute: [first, sign + other],
        action,
      }));
      const plan = planOf(`detectors: { use: [] }\nrules: ${JSON.stringify(written)}`);
      if (!plan.keepsAllBelow(path)) return;
      expect(plan.decide(`${path}.${below}`, 0).action.kind).toBe("keep");
    }),
    { numRuns: 500 },
  );
});
