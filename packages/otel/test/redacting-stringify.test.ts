import { createRedactingAttributesProcessor, createRedactingStringify } from "@scrim/otel";
import { compilePolicy, defaultPlan, type Plan, parsePolicy } from "@scrim/policy";
import fc from "fast-check";
import { expect, test } from "vitest";

const RUNS = Number(process.env.SCRIM_FUZZ_RUNS ?? 300);
const SECRET = "jane@leak.example";

const policyOf = (settings: object): Plan =>
  compilePolicy([parsePolicy(JSON.stringify({ version: 1, ...settings }), "test")]);

/** Rules for paths, and nothing else. */
const pathPolicy = (...masked: string[]): Plan =>
  policyOf({
    detectors: { use: [] },
    rules: [
      { attribute: masked, action: "mask" },
      { attribute: "*", action: "keep" },
    ],
  });

const SEGMENTS = fc.constantFrom("a", "b", "c", "a.b", "command_args", "x-y");
/** As rules name keys, and as objects have them: also in spellings that read like others. */
const PATTERNS = fc
  .array(fc.oneof({ weight: 3, arbitrary: SEGMENTS }, fc.constantFrom("*", "a*", "*b")), {
    minLength: 1,
    maxLength: 3,
  })
  .map((segments) => segments.join("."));
const KEYS = fc.oneof(
  { weight: 4, arbitrary: SEGMENTS },
  fc.constantFrom("", "%61", "\u200bb", "ａ", "a[REDACTED:email]", "A", "__proto__", "toString"),
);
const RULES = fc.record({
  attribute: fc.tuple(PATTERNS, fc.array(fc.tuple(fc.constantFrom("", "!"), PATTERNS), { maxLength: 2 })),
  action: fc.constantFrom("keep", "mask", "drop", "scan", { replace: "-" }, { mask: { keep_last: 2 } }),
  on_non_string: fc.constantFrom("drop", "stringify"),
});
const POLICIES = fc
  .record({
    rules: fc.array(RULES, { maxLength: 3 }),
    last: fc.constantFrom("*", "a", "a.*"),
    aliases: fc.constantFrom({}, { "c.c": ["a.b"] }),
  })
  .map(({ rules, last, aliases }) =>
    policyOf({
      detectors: { use: [] },
      aliases,
      rules: [
        ...rules.map(({ attribute: [first, others], ...rule }) => ({
          ...rule,
          attribute: [first, ...others.map(([sign, pattern]) => sign + pattern)],
        })),
        { attribute: last, action: "keep" },
      ],
    }),
  );
const { value: VALUES } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    fc.constantFrom("", "text", "[REDACTED:email]", 7, 1.5, true, null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(KEYS, tie("value"), { maxKeys: 4 }),
  ),
}));

test("rules for paths make the same of an object as where all of it is copied", () => {
  fc.assert(
    fc.property(
      POLICIES,
      fc.array(fc.dictionary(KEYS, VALUES, { maxKeys: 4 }), { minLength: 20, maxLength: 40, size: "max" }),
      (policy, objects) => {
        const stringify = createRedactingStringify({ policy });
        const copying = createRedactingAttributesProcessor({ policy });
        for (const object of objects) expect(stringify(object)).toBe(JSON.stringify(copying.process(object)));
      },
    ),
    { numRuns: Math.ceil(RUNS / 20) }, // each is a policy to compile
  );
});

test("what is kept whole is not read before it is written, and goes as JSON has it", () => {
  let reads = 0;
  const kept = {
    at: new Date(0),
    nothing: undefined,
    get now() {
      return ++reads;
    },
  };
  const stringify = createRedactingStringify({ policy: pathPolicy("user.name") });
  expect(stringify({ user: { name: "jane", id: 7 }, kept })).toBe(
    '{"user":{"name":"[REDACTED:direct_identifier]","id":7},"kept":{"at":"1970-01-01T00:00:00.000Z","now":1}}',
  );
});

test("an object that goes the way of requests has its kept parts as JSON has them, too", () => {
  const policy = policyOf({
    detectors: { use: [] },
    rules: [
      { attribute: "pin", action: { mask: { keep_last: 2 } }, on_non_string: "stringify" },
      { attribute: "*", action: "keep" },
    ],
  });
  const text = createRedactingStringify({ policy })({
    pin: 123456,
    kept: { at: new Date(0), list: [1, "a"] },
  });
  expect(text).toContain('"pin":"****56"');
  expect(JSON.parse(text).kept).toEqual({ at: "1970-01-01T00:00:00.000Z", list: [1, "a"] });
});

test("where detectors look, nothing is kept unseen", () => {
  const policy = policyOf({
    rules: [
      { attribute: "kept", action: "keep" },
      { attribute: "note", action: "scan" },
    ],
  });
  const object = { note: { by: SECRET, at: { toJSON: () => SECRET } }, kept: { [SECRET]: 1 } };
  expect(createRedactingStringify({ policy })(object)).toBe(
    '{"note":{"by":"[REDACTED:email]","at":"[REDACTED:email]"},"kept":{"[REDACTED:email]":1}}',
  );
});

test.each([
  ["keeps every key by a setting, not by rules", { unknown: "keep" }],
  ["excludes keys from what it keeps", { rules: [{ attribute: ["*", "!user.*.password"], action: "keep" }] }],
])("a policy that %s has all keys looked at", (_, settings) => {
  const stringify = createRedactingStringify({ policy: policyOf({ detectors: { use: [] }, ...settings }) });
  expect(stringify({ user: { old: { password: SECRET } } })).not.toContain(SECRET);
});

test("what is no JSON withholds the line, without a word of what was in it", () => {
  const cycle: Record<string, unknown> = { email: SECRET };
  cycle.self = cycle;
  const stringify = createRedactingStringify({ policy: pathPolicy("user.name") });
  for (const kept of [
    cycle,
    { big: 7n },
    {
      toJSON: () => {
        throw new Error(SECRET);
      },
    },
  ]) {
    expect(stringify({ kept })).toBe('{"message":"[WITHHELD:error]"}');
  }
});

test.each([
  ["bytes", { note: Buffer.from(SECRET) }],
  [
    "a getter that throws",
    {
      get note() {
        throw new Error(SECRET);
      },
    },
  ],
  [
    "what throws as it becomes JSON",
    {
      note: {
        toJSON() {
          throw new Error(SECRET);
        },
      },
    },
  ],
  [
    "a cycle",
    (() => {
      const note: Record<string, unknown> = { by: SECRET };
      note.note = note;
      return { note };
    })(),
  ],
])("with the default policy nothing gets through %s", (_, object) => {
  const text = createRedactingStringify({ policy: defaultPlan() })(object);
  expect(text).not.toContain("leak");
  expect(text).not.toContain("106,97,110"); // nor by its bytes
  expect(JSON.parse(text)).toHaveProperty("note");
});

test("the application's objects stay as they were", () => {
  const object = { user: { name: "jane" }, kept: { user: { name: "jane" } } };
  const before = structuredClone(object);
  createRedactingStringify({ policy: pathPolicy("user.name") })(object);
  expect(object).toEqual(before);
});
