import { expect, test } from "vitest";
import type { Action } from "./action.ts";
import { compilePolicy, defaultPlan } from "./compile.ts";
import { MASK_ALL } from "./lattice.ts";
import { parsePolicy } from "./parse.ts";
import type { Plan } from "./plan.ts";

const KEY = { version: 3, secret: Buffer.alloc(32, 7) };
const EMPLOYEE = String.raw`{ id: employee_id, pattern: 'EMP-\d{6}', atoms: ['EMP-\d'], near: [Employee, staff], action: pseudonym }`;

function planOf(...layers: readonly string[]): Plan {
  const documents = layers.map((text, index) => parsePolicy(`version: 1\n${text}`, `${index}.yaml`));
  return compilePolicy(documents, { pseudonymKey: KEY });
}

function found(plan: Plan, text: string): readonly string[] {
  return plan.scanner.scan(Buffer.from(text)).findings.map(({ detector }) => detector.id);
}

test("every detector of the scanner has an action that changes what it found, but for machines", () => {
  for (const plan of [defaultPlan(), planOf("classes: { direct_identifier: scan, credential: keep }")]) {
    expect([...plan.findings.keys()]).toEqual(plan.scanner.detectors.map(({ id }) => id));
    for (const { id, class: sensitivity } of plan.scanner.detectors) {
      const { kind } = plan.findings.get(id)!;
      if (sensitivity === "infrastructure") expect(kind).toBe("keep");
      else expect(["keep", "check", "scan", "truncate"]).not.toContain(kind);
    }
  }
});

test("by default addresses are generalized, serial numbers kept, and all else that is found is masked", () => {
  const { scanner, findings } = defaultPlan();
  for (const { id, class: sensitivity } of scanner.detectors) {
    const expected: Partial<Record<typeof sensitivity, string>> = {
      client_address: "generalize",
      infrastructure: "keep",
    };
    expect(findings.get(id)?.kind, id).toBe(expected[sensitivity] ?? "mask");
  }
});

const ACTIONS: readonly [
  name: string,
  layers: readonly string[],
  detector: string,
  action: Action | undefined,
][] = [
  ["the class decides", ["classes: { direct_identifier: drop }"], "email", { kind: "drop" }],
  [
    "a class that is scanned has its findings masked",
    ["classes: { direct_identifier: scan }"],
    "email",
    MASK_ALL,
  ],
  [
    "a class that is truncated has its findings masked",
    ["classes: { direct_identifier: { truncate: 9 } }"],
    "email",
    MASK_ALL,
  ],
  [
    "addresses that are left alone are not looked for",
    ["classes: { client_address: scan }"],
    "ipv4",
    undefined,
  ],
  [
    "an action by id comes before the class",
    ["detectors: { actions: { email: { mask: email } } }"],
    "email",
    { kind: "mask", style: { style: "email" } },
  ],
  [
    "an action by type counts for all of it",
    ["detectors: { actions: { ip_address: drop } }"],
    "ipv6",
    { kind: "drop" },
  ],
  [
    "an action by id comes before one by type",
    ["detectors: { actions: { ip_address: drop, ipv6: hash } }"],
    "ipv6",
    { kind: "hash" },
  ],
  ["an overlay can't loosen", ["", "detectors: { actions: { email: { mask: email } } }"], "email", MASK_ALL],
  [
    "an overlay can't show a part of what the base masks wherever it is found",
    ["", "classes: { quasi_identifier: { generalize: { date: year } } }"],
    "date_of_birth",
    MASK_ALL,
  ],
  [
    "an overlay can look at addresses that the base leaves alone",
    ["classes: { client_address: scan }", "classes: { client_address: mask }"],
    "ipv4",
    MASK_ALL,
  ],
  [
    "an overlay can tighten",
    ["detectors: { actions: { email: { mask: email } } }", "classes: { direct_identifier: drop }"],
    "email",
    { kind: "drop" },
  ],
  [
    "an overlay can look for more",
    ["detectors: { use: [] }", "detectors: { use: [email] }"],
    "email",
    MASK_ALL,
  ],
  ["disabling takes out", ["detectors: { disable: [email] }"], "email", undefined],
  [
    "an overlay's detector can't show what overlaps with a finding of the base",
    [
      "",
      "detectors: { custom: [{ id: a, pattern: abc, atoms: [abc], class: harmless, action: { mask: { keep_first: 64 } } }] }",
    ],
    "a",
    MASK_ALL,
  ],
  [
    "a custom detector has its own action",
    [`detectors: { custom: [${EMPLOYEE}] }`],
    "employee_id",
    { kind: "pseudonym" },
  ],
];

test.each(ACTIONS)("%s", (_name, layers, detector, action) => {
  expect(planOf(...layers).findings.get(detector)).toEqual(action);
});

const CONFIDENCES: readonly [name: string, layers: readonly string[], ids: readonly string[]][] = [
  ["all count by default", ["detectors: { use: [email, phone] }"], ["email", "phone", "phone_national"]],
  [
    "likely leaves out what is only possible",
    ["detectors: { use: [email, phone], confidence: likely }"],
    ["email", "phone"],
  ],
  [
    "certain leaves what has a check of its own",
    ["detectors: { use: [email, phone], confidence: certain }"],
    ["email"],
  ],
  [
    "an overlay can lower the bar",
    ["detectors: { use: [email, phone], confidence: certain }", "detectors: { confidence: likely }"],
    ["email", "phone"],
  ],
  [
    "an overlay can't raise it",
    ["detectors: { use: [email, phone] }", "detectors: { confidence: certain }"],
    ["email", "phone", "phone_national"],
  ],
  [
    "an overlay that says nothing leaves it",
    ["detectors: { use: [email, phone], confidence: certain }", "detectors: { use: [phone] }"],
    ["email"],
  ],
];

test.each(CONFIDENCES)("confidence: %s", (_name, layers, ids) => {
  const found = planOf(...layers).scanner.detectors.map(({ id }) => id);
  const asked = found.filter((id) => ["email", "phone", "phone_national"].includes(id));
  expect(asked).toEqual(ids);
});

test("a base without detectors of its own leaves out home folders; one that names them has them", () => {
  const path = "open /home/alice/notes";
  expect(found(planOf(""), path)).toEqual([]);
  expect(found(planOf("detectors: { disable: [] }"), path)).toEqual(["home_path"]);
  expect(found(planOf("detectors: { use: [home_path] }"), path)).toEqual(["home_path"]);
  expect(found(planOf("", "detectors: { use: [home_path] }"), path)).toEqual(["home_path"]);
});

test("the packs of all countries have one name", () => {
  const ids = (text: string) => planOf(text).scanner.detectors.map(({ id }) => id);
  expect(ids("detectors: { use: [national-ids/pl] }")).toEqual(["pl_nip", "pl_pesel"]);
  expect(ids("detectors: { use: [national-ids], disable: [national-ids/pl] }")).not.toContain("pl_pesel");
  expect(ids("detectors: { use: [national-ids] }").length).toBeGreaterThan(60);
});

test("a custom detector finds, near its words", () => {
  const plan = planOf(`detectors: { use: [], custom: [${EMPLOYEE}] }`);
  expect(found(plan, "employee EMP-123456")).toEqual(["employee_id"]);
  expect(found(plan, "ticket EMP-123456")).toEqual([]);
  expect(plan.scanner.detectors).toHaveLength(1);
});

test("an empty list of packs leaves a scanner of nothing", () => {
  const plan = planOf("detectors: { use: [] }");
  expect(plan.scanner.detectors).toEqual([]);
  expect(found(plan, "jane@example.com")).toEqual([]);
});

const REFUSED: readonly [name: string, text: string, code: string, path: string, hint: RegExp][] = [
  [
    "a pack that does not exist",
    "detectors: { use: [pi] }",
    "POLICY_INVALID",
    "detectors.use[0]",
    /did you mean "pii"\?/,
  ],
  [
    "a name like no other",
    "detectors: { use: [everything] }",
    "POLICY_INVALID",
    "detectors.use[0]",
    /packs are: pii, finance, secrets, network, health, crypto, national-ids/,
  ],
  [
    "disabling what does not exist",
    "detectors: { disable: [emial] }",
    "POLICY_INVALID",
    "detectors.disable[0]",
    /did you mean "email"\?/,
  ],
  [
    "an action for no detector",
    "detectors: { actions: { emial: mask } }",
    "POLICY_INVALID",
    "detectors.actions.emial",
    /did you mean "email"\?/,
  ],
  [
    "an action for a pack",
    "detectors: { actions: { pii: mask } }",
    "POLICY_INVALID",
    "detectors.actions.pii",
    /./,
  ],
  [
    "a built-in detector's id",
    "detectors: { custom: [{ id: email, pattern: abc, atoms: [abc] }] }",
    "POLICY_INVALID",
    "detectors.custom[0].id",
    /another id/,
  ],
  [
    "an id twice",
    `detectors: { custom: [${EMPLOYEE}, ${EMPLOYEE}] }`,
    "POLICY_INVALID",
    "detectors.custom[1].id",
    /another id/,
  ],
  [
    "a pattern that RE2 refuses",
    String.raw`detectors: { custom: [{ id: a, pattern: '(a)\1', atoms: [aaa] }] }`,
    "DETECTOR_INVALID",
    "detectors.custom[0].pattern",
    /RE2 has no look-around/,
  ],
  [
    "an atom with an assertion",
    String.raw`detectors: { custom: [{ id: a, pattern: 'abcd', atoms: ['\babcd'] }] }`,
    "DETECTOR_INVALID",
    "detectors.custom[0].atoms[0]",
    /leave .* to the pattern/,
  ],
  [
    "an example that is not found",
    "detectors: { custom: [{ id: a, pattern: abc, atoms: [abc], examples: { match: [abc, xyz] } }] }",
    "DETECTOR_INVALID",
    "detectors.custom[0].examples.match[1]",
    /correct the pattern or the example/,
  ],
  [
    "a replacement that is found again",
    "rules: [{ attribute: a, action: { replace: noreply@example.com } }]",
    "POLICY_INVALID",
    "rules[0].action.replace",
    /scanned again/,
  ],
  [
    "a class's replacement that is found again",
    "classes: { credential: { replace: '203.0.113.7' } }",
    "POLICY_INVALID",
    "classes.credential.replace",
    /scanned again/,
  ],
  [
    "a detector that finds its own mask",
    "detectors: { use: [], custom: [{ id: abc, pattern: abc, atoms: [abc] }] }",
    "DETECTOR_INVALID",
    "detectors.custom",
    /REDACTED/,
  ],
  [
    "a detector that finds masks",
    "detectors: { custom: [{ id: a, pattern: REDACTED, atoms: [REDACTED] }] }",
    "DETECTOR_INVALID",
    "detectors.custom",
    /REDACTED/,
  ],
];

test.each(REFUSED)("%s is refused", (_name, text, code, path, hint) => {
  expect(() => planOf(text)).toThrow(
    expect.objectContaining({ code, path, hint: expect.stringMatching(hint) }),
  );
});

test("examples are found unless the first layer suppresses them", () => {
  const text = "jane@example.com from 203.0.113.7 paid with 4111111111111111, jane@shop.example2.com";
  expect(found(defaultPlan(), text)).toEqual(["email", "ipv4", "credit_card", "email"]);
  const suppressed = planOf(
    "detectors: { suppress: [example_domains, documentation_addresses, test_cards] }",
    "detectors: { suppress: [] }",
  );
  expect(found(suppressed, text)).toEqual(["email"]);
});

test("a list of examples that does not exist is refused with what there is", () => {
  expect(() => planOf("detectors: { suppress: [test_card] }")).toThrow(
    expect.objectContaining({ hint: expect.stringMatching(/test_cards/) }),
  );
});
