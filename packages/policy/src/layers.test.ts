import fc from "fast-check";
import { expect, test } from "vitest";
import type { Action } from "./action.ts";
import { compilePolicy } from "./compile.ts";
import { describeOrigin } from "./explain.ts";
import { join, MASK_ALL } from "./lattice.ts";
import { definePolicy, parsePolicy } from "./parse.ts";
import type { Plan } from "./plan.ts";
import type { PolicySettings } from "./schema.ts";

const KEY = { version: 3, secret: Buffer.alloc(32, 7) };

function planOf(base: string, ...overlays: readonly string[]): Plan {
  const documents = [base, ...overlays].map((text, index) =>
    parsePolicy(`version: 1\n${text}`, `${index}.yaml`),
  );
  return compilePolicy(documents, { pseudonymKey: KEY });
}

const CASES: readonly [name: string, base: string, overlay: string, path: string, action: Action][] = [
  [
    "an empty overlay changes nothing",
    "rules: [{ attribute: user.email, action: keep }]",
    "",
    "user.email",
    { kind: "keep" },
  ],
  ["a rule tightens", "", "rules: [{ attribute: order.id, action: drop }]", "order.id", { kind: "drop" }],
  ["a rule can't loosen", "", "rules: [{ attribute: user.email, action: keep }]", "user.email", MASK_ALL],
  ["a class tightens", "", "classes: { credential: drop }", "http.request.header.cookie", { kind: "drop" }],
  ["a class can't loosen", "", "classes: { credential: keep }", "http.request.header.cookie", MASK_ALL],
  ["unknown tightens", "", "unknown: drop", "nobody.knows", { kind: "drop" }],
  ["unknown leaves what the catalogue knows", "", "unknown: drop", "http.request.method", { kind: "scan" }],
  ["unknown covers what is only guessed", "", "unknown: drop", "httpRequestMethod", { kind: "drop" }],
  ["an alias tightens", "", "aliases: { user.email: [who] }", "who", MASK_ALL],
  [
    "an alias brings the base's rule",
    "rules: [{ attribute: user.email, action: drop }]",
    "aliases: { user.email: [who] }",
    "who",
    { kind: "drop" },
  ],
  [
    "an alias can't loosen",
    "",
    "aliases: { http.request.method: [customer.full_name] }",
    "customer.full_name",
    MASK_ALL,
  ],
  [
    "different partial actions mask all",
    "rules: [{ attribute: a, action: pseudonym }]",
    "rules: [{ attribute: a, action: hash }]",
    "a",
    MASK_ALL,
  ],
];

test.each(CASES)("%s", (_name, base, overlay, path, action) => {
  expect(planOf(base, overlay).decide(path, 0).action).toEqual(action);
});

const PATHS = [
  "user.email",
  "customer.full_name",
  "http.request.method",
  "order.id",
  "who",
  "nobody.knows",
] as const;
const action = fc.constantFrom(...(["keep", "scan", "mask", "drop", "pseudonym", "hash"] as const));
const fallback = fc.constantFrom(...(["keep", "scan", "mask", "drop"] as const));
const pattern = fc.constantFrom("*", "user", "order.*", "*.email", "http.*", ...PATHS);
const where = fc.constant({ resource: { "service.name": "pay*" } });
const rule = fc.record({ attribute: pattern, action, where }, { requiredKeys: ["attribute", "action"] });
const settings: fc.Arbitrary<PolicySettings> = fc
  .record(
    {
      unknown: fallback,
      classes: fc.record({ direct_identifier: action, harmless: action }, { requiredKeys: [] }),
      rules: fc.array(rule, { maxLength: 3 }),
      aliases: fc.dictionary(
        fc.constantFrom(...PATHS),
        fc.array(fc.constant("who"), { minLength: 1, maxLength: 1 }),
        { maxKeys: 1 },
      ),
    },
    { requiredKeys: [] },
  )
  .map((written) => ({ version: 1, detectors: { use: [] }, ...written }));

test("whatever a further layer says, no decision gets freer", () => {
  fc.assert(
    fc.property(
      settings,
      settings,
      fc.constantFrom(...PATHS),
      fc.constantFrom(0, 1),
      (base, overlay, path, holds) => {
        const options = { pseudonymKey: KEY };
        const alone = compilePolicy([definePolicy(base)], options);
        const together = compilePolicy([definePolicy(base), definePolicy(overlay)], options);
        const before = alone.decide(path, holds).action; // the one condition there can be is bit 0 in both
        const after = together.decide(path, holds).action;
        expect(join(before, after)).toEqual(after);
      },
    ),
    { numRuns: 1000 },
  );
});

test("the origin is the layer that decided, or all whose actions were joined", () => {
  const decided = planOf(
    "rules: [{ attribute: a, action: pseudonym }]",
    "rules: [{ attribute: a, action: drop }]",
  );
  expect(describeOrigin(decided.decide("a", 0).origin)).toBe("rules[0] (1.yaml:2)");
  const joined = planOf(
    "rules: [{ attribute: a, action: pseudonym }]",
    "rules: [{ attribute: a, action: hash }]",
  );
  expect(describeOrigin(joined.decide("a", 0).origin)).toBe("rules[0] (0.yaml:2) and rules[0] (1.yaml:2)");
});

test("numbers become strings only if every layer that changes them says so", () => {
  const stringify = "rules: [{ attribute: a, action: hash, on_non_string: stringify }]";
  expect(planOf(stringify, "").decide("a", 0).onNonString).toBe("stringify");
  expect(planOf(stringify, stringify).decide("a", 0).onNonString).toBe("stringify");
  expect(planOf(stringify, "rules: [{ attribute: a, action: hash }]").decide("a", 0).onNonString).toBe(
    "drop",
  );
  expect(planOf(stringify, "rules: [{ attribute: a, action: scan }]").decide("a", 0).onNonString).toBe(
    "stringify",
  );
});

test("limits only shrink, also below the base's defaults", () => {
  const { limits } = planOf(
    "limits: { candidates_max: 500 }",
    "limits: { candidates_max: 900, value_bytes_max: 2048, record_bytes_max: 4194304 }",
  );
  expect(limits).toEqual({
    value_bytes_max: 2048,
    record_bytes_max: 1_048_576,
    record_nodes_max: 16_384,
    candidates_max: 500,
  });
});

test("bodies are joined", () => {
  expect(planOf("body: scan", "body: mask").body.action).toEqual(MASK_ALL);
  expect(planOf("body: scan", "body: keep").body.action).toEqual({ kind: "scan" });
});

test("a plan is named after its layers", () => {
  expect(planOf("name: base", "name: team").name).toBe("base + team");
});

const REFUSED: readonly [name: string, overlay: string, line: string, hint: RegExp][] = [
  [
    "keys",
    "keys: { pseudonym: { version: 1, env: K } }",
    "keys: only the first layer may name keys (1.yaml:2) [POLICY_INVALID]",
    /remove it here/,
  ],
  [
    "disabled detectors",
    "detectors: { disable: [phone] }",
    "detectors.disable: only the first layer may disable detectors (1.yaml:2) [POLICY_INVALID]",
    /can only tighten/,
  ],
  [
    "suppressed findings",
    "detectors: { suppress: [test_cards] }",
    "detectors.suppress: only the first layer may suppress findings (1.yaml:2) [POLICY_INVALID]",
    /can only tighten/,
  ],
];

test.each(REFUSED)("an overlay may not have %s", (_name, overlay, line, hint) => {
  expect(() => planOf("", overlay)).toThrow(
    expect.objectContaining({ line, hint: expect.stringMatching(hint) }),
  );
});
