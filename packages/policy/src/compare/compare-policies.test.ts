import fc from "fast-check";
import { expect, test } from "vitest";
import { compilePolicy } from "../compile.ts";
import { join } from "../lattice.ts";
import { definePolicy, parsePolicy } from "../parse.ts";
import type { PolicySettings } from "../schema.ts";
import { comparePolicies } from "./compare-policies.ts";
import { weakens } from "./policy-difference.ts";

const documentsOf = (...texts: readonly string[]) =>
  texts.map((text, index) => parsePolicy(`version: 1\n${text}`, `${index}.yaml`));
const changesOf = (before: string, after: string) =>
  comparePolicies(documentsOf(before), documentsOf(after)).map(({ path, change }) => `${path} ${change}`);

const KEPT = "rules: [{ attribute: order.id, action: keep }]";
const TICKET = "pattern: 'T-[0-9]{6}', atoms: ['T-[0-9]']";

const CASES: readonly [name: string, before: string, after: string, changes: readonly string[]][] = [
  ["the same", "classes: { payload: drop }", "classes: { payload: drop }", []],
  ["the default, spelled out", "", "unknown: scan", []],
  ["another name", "name: a", "name: b", ["name other"]],
  ["a class that tightens", "", "classes: { payload: drop }", ["classes.payload stronger"]],
  ["a class that loosens", "", "classes: { payload: scan }", ["classes.payload weaker"]],
  [
    "a class that shows another part",
    "classes: { payload: pseudonym }",
    "classes: { payload: hash }",
    ["classes.payload weaker"],
  ],
  ["unknown keys", "unknown: keep", "unknown: drop", ["unknown stronger"]],
  ["bodies", "body: mask", "body: scan", ["body weaker"]],
  ["a rule that drops", "", "rules: [{ attribute: order, action: drop }]", ["rules[0] stronger"]],
  ["a rule that keeps", "", KEPT, ["rules[0] weaker"]],
  ["a rule that kept, and goes", KEPT, "", ["rules[0] stronger"]],
  [
    "a rule that shows a part of what may have been masked",
    "",
    "rules: [{ attribute: order, action: { truncate: 9 } }]",
    ["rules[0] weaker"],
  ],
  ["a rule that does more", KEPT, "rules: [{ attribute: order.id, action: mask }]", ["rules[0] stronger"]],
  [
    "a rule that covers less",
    "rules: [{ attribute: order, action: drop }]",
    "rules: [{ attribute: order.id, action: drop }]",
    ["rules[0] stronger", "rules[0] weaker"],
  ],
  [
    "an exception before a rule",
    "rules: [{ attribute: 'order.*', action: drop }]",
    "rules: [{ attribute: order.id, action: scan }, { attribute: 'order.*', action: drop }]",
    ["rules[0] weaker"],
  ],
  [
    "an exception that goes",
    "rules: [{ attribute: order.id, action: pseudonym }, { attribute: 'order.*', action: drop }]",
    "rules: [{ attribute: 'order.*', action: drop }]",
    ["rules[0] stronger"],
  ],
  [
    "a mask before what is dropped elsewhere",
    "rules: [{ attribute: cart, action: drop }]",
    "rules: [{ attribute: order, action: mask }, { attribute: cart, action: drop }]",
    ["rules[0] stronger"],
  ],
  [
    "the same, where a name may stand for another",
    "rules: [{ attribute: cart, action: drop }]\naliases: { cart: [order] }",
    "rules: [{ attribute: order, action: mask }, { attribute: cart, action: drop }]\naliases: { cart: [order] }",
    ["rules[0] weaker"],
  ],
  [
    "a rule that never decides",
    "rules: [{ attribute: 'order.*', action: drop }]",
    "rules: [{ attribute: 'order.*', action: drop }, { attribute: order.id, action: keep }]",
    ["rules[1] other"],
  ],
  [
    "numbers that become texts",
    "rules: [{ attribute: n, action: hash }]",
    "rules: [{ attribute: n, action: hash, on_non_string: stringify }]",
    ["rules[0] weaker"],
  ],
  ["an alias", "", "aliases: { user.email: [who] }", ["aliases weaker"]],
  ["a larger limit", "", "limits: { candidates_max: 2000 }", ["limits.candidates_max weaker"]],
  ["a smaller limit", "", "limits: { candidates_max: 20 }", ["limits.candidates_max stronger"]],
  [
    "findings that are left alone",
    "",
    "detectors: { suppress: [test_cards] }",
    ["detectors.suppress weaker"],
  ],
  [
    "a detector that goes",
    "detectors: { use: [email, credit_card] }",
    "detectors: { use: [email] }",
    ["detectors.credit_card weaker", "detectors.credit_card_near weaker"],
  ],
  [
    "a detector that comes",
    "detectors: { use: [email] }",
    "detectors: { use: [email, credit_card] }",
    ["detectors.credit_card stronger", "detectors.credit_card_near stronger"],
  ],
  [
    "a detector that comes, and shows a part of what it may take from another",
    "detectors: { use: [email] }",
    "detectors: { use: [email, credit_card], actions: { credit_card: { mask: card } } }",
    ["detectors.credit_card weaker", "detectors.credit_card_near weaker"],
  ],
  [
    "what findings become",
    "detectors: { use: [email] }",
    "detectors: { use: [email], actions: { email: { mask: email } } }",
    ["detectors.email weaker"],
  ],
  [
    "a detector of the policy's own that finds something else",
    `detectors: { use: [], custom: [{ id: ticket, ${TICKET} }] }`,
    `detectors: { use: [], custom: [{ id: ticket, ${TICKET.replace("6", "7")} }] }`,
    ["detectors.ticket weaker"],
  ],
];

test.each(CASES)("%s", (_name, before, after, changes) => {
  expect(changesOf(before, after)).toEqual(changes);
});

test("the recipient of what is sealed can't be exchanged unseen", () => {
  const one = definePolicy({ version: 1, keys: { seal: { file: "a.pub" } } });
  const other = definePolicy({ version: 1, keys: { seal: { file: "b.pub" } } });
  expect(comparePolicies([one], [other])).toEqual([
    {
      path: "keys",
      change: "weaker",
      before: '{"seal":{"file":"a.pub"}}',
      after: '{"seal":{"file":"b.pub"}}',
    },
  ]);
});

test("a further layer that comes tightens, one that goes loosens, one that changes is compared", () => {
  const [base, layer, other] = documentsOf("", "rules: [{ attribute: a, action: drop }]", "unknown: drop");
  expect(comparePolicies([base!], [base!, layer!])).toEqual([
    { path: "layers[1]", change: "stronger", before: undefined, after: '"1.yaml"' },
  ]);
  expect(comparePolicies([base!, layer!], [base!])).toEqual([
    { path: "layers[1]", change: "weaker", before: '"1.yaml"', after: undefined },
  ]);
  expect(comparePolicies([base!, layer!, other!], [base!, other!, layer!])).toEqual([]);
  const changed = comparePolicies([base!, layer!], [base!, other!]);
  expect(changed.map(({ path, change }) => `${path} ${change}`)).toEqual([
    "layers[1].unknown stronger",
    "layers[1].rules[0] weaker",
  ]);
});

const PATHS = ["user.email", "user", "order.id", "order.id.code", "http.method", "who", "a.b", "debug"];
const action = fc.oneof(
  fc.constantFrom(...(["keep", "scan", "mask", "drop", "pseudonym", "hash"] as const)),
  fc.record({ truncate: fc.integer({ min: 1, max: 3 }) }),
  fc.constantFrom({ mask: "email" as const }, { generalize: { ipv4_prefix: 24 } }),
);
const pattern = fc.constantFrom("*", "user", "order.*", "*.email", "http.*", "!user.email", ...PATHS);
const attribute = fc
  .array(pattern, { minLength: 1, maxLength: 2 })
  .filter((patterns) => patterns.some((each) => !each.startsWith("!")));
const rule = fc.record(
  {
    attribute,
    action,
    where: fc.constant({ resource: { "service.name": "pay*" } }),
    on_non_string: fc.constantFrom("drop" as const, "stringify" as const),
  },
  { requiredKeys: ["attribute", "action"] },
);
const fallback = fc.constantFrom(...(["keep", "scan", "mask", "drop"] as const));
const settings: fc.Arbitrary<PolicySettings> = fc
  .record(
    {
      unknown: fallback,
      body: fallback,
      classes: fc.record(
        { direct_identifier: action, harmless: action, content: action },
        { requiredKeys: [] },
      ),
      rules: fc.array(rule, { maxLength: 4 }),
      aliases: fc.dictionary(
        fc.constantFrom("user.email", "order.id"),
        fc.constant("who").map((name) => [name]),
        { maxKeys: 1 },
      ),
      limits: fc.record({ candidates_max: fc.integer({ min: 1, max: 5 }) }),
    },
    { requiredKeys: [] },
  )
  .map((written) => ({ version: 1 as const, detectors: { use: [] }, ...written }));

/** Mostly a policy and one that is like it: two at random are weaker than each other. */
const pairs = fc.oneof(
  fc.tuple(settings, settings),
  ...[1, 2, 3].map(() =>
    fc
      .tuple(settings, fc.array(rule, { maxLength: 1 }), fc.nat(4), fc.nat(4), action)
      .map(([before, added, at, gone, next]): [PolicySettings, PolicySettings] => {
        const rules = (before.rules ?? []).map((each, index) =>
          index === at ? { ...each, action: next } : each,
        );
        return [before, { ...before, rules: rules.toSpliced(gone, 1, ...added) }];
      }),
  ),
);

const KEYS = { pseudonymKey: { version: 1, secret: Buffer.alloc(32) } };

test.each([
  ["of one layer", []],
  ["of two layers", [definePolicy({ version: 1, detectors: { use: [] }, name: "base" })]],
])("where no difference is weaker, no decision gets freer: policies %s", (_name, base) => {
  let compared = 0;
  fc.assert(
    fc.property(pairs, fc.constantFrom(0, 1), ([before, after], holds) => {
      const [old, next] = [
        [...base, definePolicy(before)],
        [...base, definePolicy(after)],
      ];
      if (weakens(comparePolicies(old, next))) return;
      compared++;
      const [from, to] = [compilePolicy(old, KEYS), compilePolicy(next, KEYS)];
      for (const path of PATHS) {
        // The one condition that there can be is bit 0, where there is a rule with it.
        const was = from.decide(path, holds & from.conditions.length);
        const is = to.decide(path, holds & to.conditions.length);
        expect(join(was.action, is.action)).toEqual(is.action);
      }
      expect(join(from.body.action, to.body.action)).toEqual(to.body.action);
    }),
    { numRuns: 2_000 },
  );
  expect(compared).toBeGreaterThan(200);
});

test("a policy is no weaker than itself, nor with one more layer; without that layer it is", () => {
  fc.assert(
    fc.property(settings, settings, (base, overlay) => {
      const [one, both] = [[definePolicy(base)], [definePolicy(base), definePolicy(overlay)]];
      expect(comparePolicies(one, one)).toEqual([]);
      expect(comparePolicies(both, both)).toEqual([]);
      expect(weakens(comparePolicies(one, both))).toBe(false);
      expect(weakens(comparePolicies(both, one))).toBe(true);
    }),
    { numRuns: 200 },
  );
});
