import { compilePolicy, lintPolicy, parsePolicy } from "@scrim/policy";
import { mutateBytes } from "../mutate/bytes.ts";
import { mutateLines } from "../mutate/lines.ts";
import { wordsOf } from "../mutate/words.ts";
import { mutateYaml } from "../mutate/yaml.ts";
import { YAML_WORDS } from "../mutate/yaml-words.ts";
import { must, type Parser, scale } from "../parser.ts";

const SHOP = `version: 1
name: shop
unknown: scan
body: scan
classes:
  credential: drop
  direct_identifier: { mask: { keep_last: 4 } }
  client_address: { generalize: { ipv4_prefix: 24, ipv6_prefix: 48 } }
rules:
  - attribute: user.email
    action: { mask: email }
  - attribute: [http.request.header.*, "!http.request.header.content-type"]
    action: drop
  - where: { resource: { service.name: payments-* } }
    attribute: "*"
    action: mask
aliases:
  user.email: [usr.eml, user_email_address]
detectors:
  use: [pii, finance]
  disable: [phone]
  custom:
    - { id: employee_id, pattern: 'EMP-\\d{6}', atoms: ['EMP-'], near: [employee, staff], action: mask }
limits: { value_bytes_max: 4096 }
`;

const WORDS = [
  ...YAML_WORDS,
  ..."keep|scan|mask|drop|pseudonym|seal|hash|truncate: 3|replace: x|email|card|*|**|!*|a.*.b|on_non_string".split(
    "|",
  ),
  ..."(a+)+$|\\b|(?<=x)|\\1|.{1,1000}|(|[|\\p{L}{100}|((a{1,100}){1,100}){1,100}|x*|".split("|"),
  "stringify",
  "accept_enumeration: true",
];

/** Compiling takes a hundred times as long as reading: of what could be read, one in so many is compiled. */
const COMPILED_ONE_IN = 40;

/** Policies: an error with a code, or a plan that decides. */
export const policyDocument: Parser = {
  name: "policy-document",
  covers: "`parsePolicy`; `compilePolicy` and `lintPolicy` of one in 40 that are accepted",
  goal: 100_000,
  short: 300,
  seeds: ["version: 1\n", SHOP].map((text) => ({ variant: "yaml", bytes: Buffer.from(text) })),
  mutators: [mutateYaml, mutateYaml, mutateLines, wordsOf(WORDS), mutateBytes],
  quotesNothing: false,
  open() {
    let accepted = 0;
    return {
      run({ bytes }) {
        try {
          const document = parsePolicy(bytes.toString(), "fuzz.yaml");
          const rules = document.settings.rules?.length ?? 0;
          if (accepted++ % COMPILED_ONE_IN > 0) return `read ${scale(rules)}`;
          const plan = compilePolicy([document]);
          const { action } = plan.decide("user.email", 0);
          const warnings = lintPolicy([document]).length;
          return `compiled ${scale(rules)} ${action.kind} ${scale(warnings)}`;
        } finally {
          must(Object.keys(Object.prototype).length === 0, "no prototype is changed");
        }
      },
    };
  },
};
