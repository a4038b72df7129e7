import { compilePolicy, defaultPlan, type Plan, parsePolicy } from "@scrim/policy";

const KEY = { version: 3, secret: Buffer.alloc(32, 7) };

function planOf(text: string): Plan {
  const withKey = text.includes("pseudonym");
  const keys = withKey
    ? "keys: { pseudonym: { version: 3, env: SCRIM_TEST_KEY, accept_enumeration: true } }\n"
    : "";
  const document = parsePolicy(`version: 1\n${keys}${text}`, "test.yaml");
  return compilePolicy([document], withKey ? { pseudonymKey: KEY } : {});
}

/** Policies that between them use every action, by key and on findings. */
export const PLANS: Readonly<Record<string, Plan>> = {
  default: defaultPlan(),
  "everything masked": planOf("unknown: mask\nbody: mask\n"),
  "default deny": planOf("unknown: drop\n"),
  pseudonyms: planOf(
    "classes: { credential: pseudonym, direct_identifier: pseudonym, client_address: pseudonym }\n",
  ),
  "parts shown": planOf(
    "classes: { credential: { mask: { keep_first: 3 } }, direct_identifier: { mask: { keep_last: 4 } }, location: { generalize: { bucket: 10, date: month } } }\n" +
      "rules: [{ attribute: user.email, action: { mask: email } }, { attribute: order.id, action: { mask: card } }, { attribute: note, action: { truncate: 20 } }]\n",
  ),
  "strings of numbers": planOf("rules: [{ attribute: '*', action: mask, on_non_string: stringify }]\n"),
  "hashes and constants": planOf(
    "classes: { direct_identifier: hash, credential: { replace: gone } }\nrules: [{ attribute: url.full, action: { generalize: { url: without_query } } }]\n",
  ),
  "structures scanned": planOf("rules: [{ attribute: ['http.*', 'process.*', 'gen_ai.*'], action: scan }]\n"),
  "small budgets": planOf(
    "limits: { value_bytes_max: 1024, record_bytes_max: 1024, record_nodes_max: 128, candidates_max: 16 }\n",
  ),
};
