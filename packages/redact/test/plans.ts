import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { compilePolicy, type Plan, parsePolicy } from "@scrim/policy";

const PSEUDONYM_KEY = { version: 3, secret: Buffer.alloc(32, 7) };

const REVEAL_KEYS = generateKeyPairSync("x25519");

/** What opens the values that {@link planOf}'s policies seal. */
export const REVEAL_KEY: KeyObject = REVEAL_KEYS.privateKey;

const SEAL_KEY = { recipient: REVEAL_KEYS.publicKey, tenant: "shop" };

/** The plan of a policy in YAML, without its first line. It seals where an action of it says so. */
export function planOf(yaml: string): Plan {
  const sealKey = yaml.includes("seal") ? SEAL_KEY : undefined;
  const document = parsePolicy(`version: 1\n${yaml}`, "test.yaml");
  return compilePolicy([document], { pseudonymKey: PSEUDONYM_KEY, sealKey });
}

/** An action for every class, as a line of YAML. */
function everyClass(action: string): string {
  const classes = [
    "credential",
    "direct_identifier",
    "quasi_identifier",
    "client_address",
    "location",
    "payload",
  ];
  return `classes: { ${classes.map((name) => `${name}: ${action}`).join(", ")} }`;
}

/** Policies that differ in what they do to a value, for properties that hold under all of them. */
export const POLICIES: Readonly<Record<string, string>> = {
  default: "",
  "pseudonym everywhere": everyClass("pseudonym"),
  "seal everywhere": everyClass("seal"),
  "mask everything": "unknown: mask\nbody: mask",
  "drop everything": `unknown: drop\nbody: drop\n${everyClass("drop")}`,
  "hash everywhere": everyClass("hash"),
  "partial masks": everyClass("{ mask: { keep_last: 4 } }"),
  "replace with words": everyClass("{ replace: gone fishing }"),
  truncate: 'rules: [{ attribute: "*", action: { truncate: 24 }, on_non_string: stringify }]',
  stringify: 'rules: [{ attribute: "*", action: pseudonym, on_non_string: stringify }]',
  "small budgets":
    "limits: { value_bytes_max: 1024, record_bytes_max: 1024, record_nodes_max: 128, candidates_max: 2 }",
  "small budgets, sealed": `limits: { value_bytes_max: 1024, record_bytes_max: 1024, record_nodes_max: 128 }\n${everyClass("seal")}`,
  "where a resource":
    'rules: [{ where: { resource: { service.name: "a*" } }, attribute: "k*", action: mask }]',
};
