import { type ErrorCode, OperatingError } from "@scrim/errors";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EXPONENT_MAX, exponentOf } from "../../../test/measure/linear-time.ts";
import { definePolicy, parsePolicy } from "./parse.ts";

const rule = (text: string) => `version: 1\nrules:\n  - ${text}\n`;
const nested = (opening: string) => `version: 1\nrules: ${opening.repeat(100_000)}`;

const REJECTED: readonly [
  name: string,
  text: string,
  code: ErrorCode,
  line: string,
  hint: string | RegExp,
][] = [
  [
    "a misspelled key",
    "version: 1\nrules:\n  - attribute: a\n    action: keep\n  - atribute: b\n    action: keep\n",
    "POLICY_INVALID",
    'rules[1].atribute: unrecognized key "atribute" (p.yaml:5)',
    'did you mean "attribute"? Keys here are: attribute, where, action, on_non_string.',
  ],
  [
    "a misspelled class",
    "version: 1\nclasses: { credentials: drop }",
    "POLICY_INVALID",
    'classes.credentials: unrecognized key "credentials" (p.yaml:2)',
    /^did you mean "credential"\? Keys here are: credential, direct_identifier,/,
  ],
  [
    "an action that does not exist",
    rule("{ attribute: a, action: maks }"),
    "POLICY_INVALID",
    "rules[0].action: not one of the values allowed here (p.yaml:3)",
    'did you mean "mask"? Values here are: keep, scan, mask, drop, pseudonym, seal, hash. A mapping is possible too.',
  ],
  [
    "a mask style that does not exist",
    rule("{ attribute: a, action: { mask: emial } }"),
    "POLICY_INVALID",
    "rules[0].action.mask: not one of the values allowed here (p.yaml:3)",
    'did you mean "email"? Values here are: all, email, card. A mapping is possible too.',
  ],
  [
    "an action that is not text",
    rule("{ attribute: a, action: 5 }"),
    "POLICY_INVALID",
    "rules[0].action: not one of the values allowed here (p.yaml:3)",
    /^Values here are/,
  ],
  [
    "an action with two parameters",
    rule("{ attribute: a, action: { mask: all, truncate: 4 } }"),
    "POLICY_INVALID",
    "rules[0].action: expected exactly one of: mask, replace, generalize, truncate (p.yaml:3)",
    "What becomes of the value.",
  ],
  [
    "an empty generalization",
    "version: 1\nclasses: { location: { generalize: {} } }",
    "POLICY_INVALID",
    "classes.location.generalize: expected at least one of: ipv4_prefix, ipv6_prefix, date, bucket, url (p.yaml:2)",
    /coarser/,
  ],
  [
    "a number past its range",
    rule("{ attribute: a, action: { mask: { keep_first: 900 } } }"),
    "POLICY_INVALID",
    "rules[0].action.mask.keep_first: expected at most 64 (p.yaml:3)",
    "Characters at the start that stay readable.",
  ],
  [
    "a limit below its range",
    "version: 1\nlimits:\n  value_bytes_max: 12",
    "POLICY_INVALID",
    "limits.value_bytes_max: expected at least 1024 (p.yaml:3)",
    /^Bytes of one value/,
  ],
  [
    "text in place of a number",
    "version: 1\nlimits: { value_bytes_max: big }",
    "POLICY_INVALID",
    "limits.value_bytes_max: expected a number, got a string (p.yaml:2)",
    /^Bytes of one value/,
  ],
  [
    "seal as an action's parameter",
    rule("{ attribute: a, action: { seal: x } }"),
    "POLICY_INVALID",
    'rules[0].action.seal: unrecognized key "seal" (p.yaml:3)',
    /^Keys here are: /,
  ],
  [
    "a private key's name for sealing",
    "version: 1\nkeys: { seal: { recipient: x } }",
    "POLICY_INVALID",
    'keys.seal.recipient: unrecognized key "recipient" (p.yaml:2)',
    /^Keys here are: file, tenant\./,
  ],
  [
    "seal for unknown attributes",
    "version: 1\nunknown: seal",
    "POLICY_INVALID",
    "unknown: not one of the values allowed here (p.yaml:2)",
    /^Values here are: keep, scan, mask, drop\./,
  ],
  [
    "findings that are kept",
    "version: 1\ndetectors: { actions: { email: keep } }",
    "POLICY_INVALID",
    "detectors.actions.email: not one of the values allowed here (p.yaml:2)",
    "Values here are: mask, drop, pseudonym, seal, hash. A mapping is possible too.",
  ],
  [
    "only exclusions",
    rule("{ attribute: ['!a'], action: keep }"),
    "POLICY_INVALID",
    "rules[0].attribute: nothing to exclude from: at least one pattern must not begin with `!` (p.yaml:3)",
    /^Attribute key or keys/,
  ],
  [
    "an attribute that is a number",
    rule("{ attribute: [a, 5], action: keep }"),
    "POLICY_INVALID",
    "rules[0].attribute[1]: expected a string, got a number (p.yaml:3)",
    /^Attribute key or keys/,
  ],
  [
    "a rule without an action",
    rule("attribute: a"),
    "POLICY_INVALID",
    "rules[0].action: required key is missing (p.yaml:3)",
    /./,
  ],
  [
    "a pseudonym key without a source",
    "version: 1\nkeys:\n  pseudonym: { version: 3 }",
    "POLICY_INVALID",
    "keys.pseudonym: expected exactly one of: file, env (p.yaml:3)",
    "Needed where an action is `pseudonym`.",
  ],
  [
    "an alias without names",
    "version: 1\naliases: { user.email: [] }",
    "POLICY_INVALID",
    'aliases["user.email"]: expected at least 1 in the list (p.yaml:2)',
    /other names/,
  ],
  [
    "a detector id that is no id",
    "version: 1\ndetectors: { actions: { E-mail: mask } }",
    "POLICY_INVALID",
    "detectors.actions.E-mail: this key is not allowed here (p.yaml:2)",
    /id or type/,
  ],
  [
    "another version",
    "version: 2",
    "POLICY_INVALID",
    "version: not one of the values allowed here (p.yaml:1)",
    "Values here are: 1.",
  ],
  [
    "no version",
    "name: x",
    "POLICY_INVALID",
    "version: required key is missing (p.yaml:1)",
    "Values here are: 1.",
  ],
  [
    "nothing",
    "",
    "POLICY_INVALID",
    "p.yaml:1: expected a mapping, got nothing",
    "a policy begins with: version: 1",
  ],
  [
    "a list",
    "- a",
    "POLICY_INVALID",
    "p.yaml:1: expected a mapping, got a list",
    "a policy begins with: version: 1",
  ],
  [
    "a key that stands twice",
    "version: 1\nname: a\nname: b",
    "POLICY_INVALID",
    "p.yaml:3: this key stands twice in one mapping",
    "join the two, or remove one",
  ],
  [
    "a list that never ends",
    "version: [1",
    "CONFIG_UNREADABLE",
    "p.yaml:1: not well-formed YAML (bad indent)",
    /^quote texts/,
  ],
  [
    "a tag",
    "version: 1\nname: !!js/function x",
    "CONFIG_UNREADABLE",
    "p.yaml:2: not well-formed YAML (tag resolve failed)",
    /^quote texts/,
  ],
  [
    "a key that is a list",
    "version: 1\n? [a]\n: b",
    "CONFIG_UNREADABLE",
    "p.yaml:2: not well-formed YAML (non string key)",
    /^quote texts/,
  ],
  [
    "two documents",
    "version: 1\n---\nversion: 1",
    "CONFIG_UNREADABLE",
    "p.yaml:2: not well-formed YAML (multiple docs)",
    /^quote texts/,
  ],
  [
    "an alias of nothing",
    "version: 1\nname: *x",
    "CONFIG_UNREADABLE",
    "p.yaml: aliases can't be resolved",
    /^at most 100/,
  ],
  [
    "an alias bomb",
    `version: 1\na: &a [${"x,".repeat(10)}]\nb: &b [${"*a,".repeat(10)}]\nc: [${"*b,".repeat(11)}]`,
    "CONFIG_UNREADABLE",
    "p.yaml: aliases can't be resolved",
    /^at most 100/,
  ],
  [
    "an alias too many, of another anchor each",
    `version: 1\na: [${Array.from({ length: 101 }, (_, n) => `&a${n} x, *a${n}`).join(", ")}]`,
    "CONFIG_UNREADABLE",
    "p.yaml: aliases can't be resolved",
    /^at most 100/,
  ],
  [
    "deep nesting",
    nested("["),
    "CONFIG_UNREADABLE",
    "p.yaml:2: not well-formed YAML (resource exhaustion)",
    /^quote texts/,
  ],
  [
    "too many bytes",
    `version: 1\n#${"é".repeat(524_288)}`,
    "CONFIG_UNREADABLE",
    "p.yaml: a policy has at most 1048576 bytes",
    "split it into layers",
  ],
];

test.each(REJECTED)("%s is rejected", (_name, text, code, line, hint) => {
  const expected = {
    code,
    line: `${line} [${code}]`,
    hint: typeof hint === "string" ? hint : expect.stringMatching(hint),
  };
  expect(() => parsePolicy(text, "p.yaml")).toThrow(expect.objectContaining(expected));
});

test("an error never quotes a value", () => {
  const secret = "hunter2hunter2";
  const texts = [
    `version: ${secret}`,
    rule(`{ attribute: a, action: ${secret} }`),
    `version: 1\nname: "${secret}`,
  ];
  for (const text of texts) {
    expect(errorOf(text)).toMatch(/\[[A-Z_]+\]/);
    expect(errorOf(text)).not.toContain(secret);
  }
});

function errorOf(text: string): string {
  try {
    parsePolicy(text, "p.yaml");
    return "";
  } catch (error) {
    return error instanceof OperatingError ? `${error.line} ${error.hint}` : "";
  }
}

test("JSON is read as well as YAML", () => {
  const { settings } = parsePolicy(
    '{ "version": 1,\n "rules": [{ "attribute": "a", "action": "drop" }] }',
    "p.json",
  );
  expect(settings).toEqual({ version: 1, rules: [{ attribute: "a", action: "drop" }] });
});

test("lines are those of keys and of list items, or of the nearest one above", () => {
  const text =
    "version: 1\nrules:\n  - attribute: a\n    action: drop\n  # a comment\n  - attribute: b\n    action: drop\n";
  const { lineOf } = parsePolicy(text, "p.yaml");
  expect(lineOf([])).toBe(1);
  expect(lineOf(["rules"])).toBe(2);
  expect(lineOf(["rules", 0, "action"])).toBe(4);
  expect(lineOf(["rules", 1])).toBe(6);
  expect(lineOf(["rules", 1, "where", "resource"])).toBe(6);
  expect(lineOf(["limits"])).toBe(1);
});

test("a policy given as an object is checked like one in a file", () => {
  expect(() => definePolicy({ version: 1, name: "shop", unkown: "drop" } as never)).toThrow(
    expect.objectContaining({
      line: 'unkown: unrecognized key "unkown" (shop) [POLICY_INVALID]',
      hint: expect.stringMatching(/did you mean "unknown"/),
    }),
  );
});

test("any text is a policy or an error with a code", () => {
  const piece = fc.constantFrom(
    "version: 1",
    "\n",
    "  ",
    "- ",
    "rules:",
    "{",
    "}",
    "[",
    ": ",
    "&a ",
    "*a",
    "'",
    "|",
    "action: keep",
    "é",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, (written) => {
      try {
        expect(parsePolicy(written, "p.yaml").settings.version).toBe(1);
      } catch (error) {
        expect(["POLICY_INVALID", "CONFIG_UNREADABLE"]).toContain((error as { code?: string }).code);
      }
    }),
    { numRuns: 500 },
  );
});

test("time grows with the keys of a mapping, not with their square", () => {
  const prepare = (keys: number) => {
    const text = `version: 1\naliases: {${Array.from({ length: keys }, (_, n) => `k${n}: []`).join(", ")}}`;
    return () => {
      try {
        parsePolicy(text, "p.yaml");
      } catch (error) {
        if (!(error instanceof OperatingError)) throw error;
      }
    };
  };
  expect(exponentOf(prepare, 16_000)).toBeLessThan(EXPONENT_MAX);
});

test("time grows with the aliases of a document, not with their square", () => {
  const prepare = (aliases: number) => {
    const text = `version: 1\nx: &b [${"{self: *b, v: &b x},".repeat(aliases)}]`;
    return () => {
      expect(() => parsePolicy(text, "p.yaml")).toThrow(
        expect.objectContaining({ code: "CONFIG_UNREADABLE" }),
      );
    };
  };
  expect(exponentOf(prepare, 8_000)).toBeLessThan(EXPONENT_MAX);
});
