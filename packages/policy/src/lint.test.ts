import { expect, test } from "vitest";
import { DEFAULT_POLICY } from "./default-policy.ts";
import { lintPolicy } from "./lint.ts";
import { parsePolicy } from "./parse.ts";

function warningsOf(text: string): readonly string[] {
  const warnings = lintPolicy([parsePolicy(`version: 1\n${text}`, "p.yaml")]);
  return warnings.map(({ source, path, line, message }) => `${source}:${line}: ${path}: ${message}`);
}

test("the default policy has nothing odd", () => {
  expect(lintPolicy([DEFAULT_POLICY])).toEqual([]);
  expect(lintPolicy([])).toEqual([]);
});

const ODD: readonly [name: string, text: string, warning: string][] = [
  [
    "a rule behind a wider one",
    "rules:\n  - { attribute: user.*, action: mask }\n  - { attribute: user.email, action: drop }",
    "p.yaml:4: rules[1]: never decides: rules[0] matches all that this one does",
  ],
  [
    "a rule behind one for its container",
    "rules:\n  - { attribute: user, action: mask }\n  - { attribute: [user.email, user.name.*], action: drop }",
    "p.yaml:4: rules[1]: never decides: rules[0] matches all that this one does",
  ],
  [
    "a rule behind the same one for more resources",
    `rules:
  - { attribute: a, action: mask, where: { resource: { x: "1" } } }
  - { attribute: a, action: drop, where: { resource: { x: "1", y: "2" } } }`,
    "p.yaml:4: rules[1]: never decides: rules[0] matches all that this one does",
  ],
  [
    "a key that an earlier rule decides",
    "rules:\n  - { attribute: user.*, action: mask }\n  - { attribute: [order.note, user.email], action: drop }",
    "p.yaml:4: rules[1].attribute: user.email is never decided here: rules[0] matches it",
  ],
  [
    "a detector of what is ordinary",
    "detectors: { custom: [{ id: trace, atoms: ['trace_id='], pattern: 'trace_id=[0-9a-f]{32}' }] }",
    "p.yaml:2: detectors.custom[0].pattern: finds something in 10 % of ordinary log lines",
  ],
  [
    "an empty condition",
    "rules:\n  - attribute: a\n    action: mask\n    where: { resource: {} }",
    "p.yaml:5: rules[0].where: an empty condition holds for every resource",
  ],
  [
    "a condition on what another rule drops",
    `rules:
  - { attribute: a, action: mask, where: { resource: { tenant.id: "42" } } }
  - { attribute: tenant.*, action: drop }`,
    'p.yaml:3: rules[0].where.resource["tenant.id"]: rules[1] replaces tenant.id, so the next redactor can\'t tell whether this holds',
  ],
  [
    "a condition on what its class masks",
    "rules: [{ attribute: a, action: mask, where: { resource: { user.email: '*@shop.example' } } }]",
    'p.yaml:2: rules[0].where.resource["user.email"]: classes.direct_identifier replaces user.email, so the next redactor can\'t tell whether this holds',
  ],
  [
    "a condition on what nobody knows, which is masked",
    "unknown: mask\nrules: [{ attribute: a, action: mask, where: { resource: { x: '1' } } }]",
    "p.yaml:3: rules[0].where.resource.x: unknown replaces x, so the next redactor can't tell whether this holds",
  ],
  [
    "a kept credential of the catalogue",
    "rules: [{ attribute: http.request.header, action: keep }]",
    "p.yaml:2: rules[0].action: keeps http.request.header, a credential, without scanning it",
  ],
  [
    "a kept header that signs in",
    "rules: [{ attribute: http.request.header.authorization, action: keep }]",
    "p.yaml:2: rules[0].action: keeps http.request.header.authorization, a credential, without scanning it",
  ],
  [
    "a deprecated name without its successor",
    "rules: [{ attribute: http.client_ip, action: drop }]",
    "p.yaml:2: rules[0].attribute: http.client_ip is deprecated, and no rule names client.address, which replaces it",
  ],
  [
    "an alias of nothing",
    "aliases: { shop.customer.nickname: [nick] }",
    'p.yaml:2: aliases["shop.customer.nickname"]: neither the catalogue nor a rule knows this attribute, so its aliases change nothing',
  ],
  [
    "disabling what is not in use",
    "detectors: { use: [secrets], disable: [email] }",
    "p.yaml:2: detectors.disable[0]: email is not in use",
  ],
  [
    "suppressing what nothing finds",
    "detectors: { disable: [finance], suppress: [test_cards, example_domains] }",
    "p.yaml:2: detectors.suppress[0]: no detector is in use that finds credit_card",
  ],
  [
    "pseudonyms for a class with few values",
    "classes: { client_address: pseudonym }",
    "p.yaml:2: classes.client_address: there are so few values of client_address that a holder of the key can try them all",
  ],
  [
    "pseudonyms for an attribute with few values",
    "rules: [{ attribute: [user.email, client.address], action: pseudonym }]",
    "p.yaml:2: rules[0].action: there are so few values of client.address that a holder of the key can try them all",
  ],
  [
    "pseudonyms for a detector with few values",
    "detectors: { actions: { phone: pseudonym, email: pseudonym } }",
    "p.yaml:2: detectors.actions.phone: there are so few values of phone that a holder of the key can try them all",
  ],
];

test.each(ODD)("%s is a warning", (_name, text, warning) => {
  expect(warningsOf(text)).toEqual([warning]);
});

test("pseudonyms of a class name the detectors of it that find few values", () => {
  expect(warningsOf("classes: { direct_identifier: pseudonym }")).toEqual([
    expect.stringMatching(
      /^p\.yaml:2: classes\.direct_identifier: there are so few values of .*phone.*us_ssn/,
    ),
  ]);
});

const FINE: readonly [name: string, text: string][] = [
  [
    "a rule behind one with exclusions",
    "rules:\n  - { attribute: ['user.*', '!user.email'], action: mask }\n  - { attribute: user.email, action: drop }",
  ],
  [
    "a rule behind one for some resources",
    "rules:\n  - { attribute: a, action: mask, where: { resource: { x: '1' } } }\n  - { attribute: a, action: drop }",
  ],
  [
    "a rule behind a narrower one",
    "rules:\n  - { attribute: a.b, action: mask }\n  - { attribute: a.*, action: drop }",
  ],
  [
    "kept headers without credentials",
    "rules: [{ attribute: http.request.header.content-type, action: keep }]",
  ],
  [
    "a deprecated name with its successor",
    "rules: [{ attribute: [http.client_ip, client.address], action: drop }]",
  ],
  [
    "an alias that a rule knows",
    "aliases: { order.id: [ordernumber] }\nrules: [{ attribute: order.id, action: keep }]",
  ],
  [
    "a condition on what a rule keeps",
    "unknown: mask\nrules: [{ attribute: x, action: keep }, { attribute: a, action: drop, where: { resource: { x: '1' } } }]",
  ],
  ["an alias of a header", "aliases: { http.request.header.cookie: [req_cookie] }"],
  [
    "enumeration that is accepted",
    "classes: { client_address: pseudonym }\nkeys: { pseudonym: { version: 1, env: K, accept_enumeration: true } }",
  ],
];

test.each(FINE)("%s is no warning", (_name, text) => {
  expect(warningsOf(text)).toEqual([]);
});

test("every warning has a hint, and enumeration is accepted for all layers by the first", () => {
  const base = parsePolicy(
    "version: 1\nkeys: { pseudonym: { version: 1, env: K, accept_enumeration: true } }",
    "base",
  );
  const overlay = parsePolicy("version: 1\nclasses: { location: pseudonym }", "overlay");
  expect(lintPolicy([base, overlay])).toEqual([]);
  expect(lintPolicy([overlay])).toEqual([
    expect.objectContaining({ source: "overlay", hint: expect.stringMatching(/accept_enumeration/) }),
  ]);
});
