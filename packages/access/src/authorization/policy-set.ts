import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  policyToJson,
  preparsePolicySet,
  preparseSchema,
  type ValidationError,
  validate,
} from "@cedar-policy/cedar-wasm/nodejs";
import { readOwnedFile } from "@scrim/authentication";
import { invalid, readPolicies, type WrittenPolicy } from "./read-policies.ts";

const FOLDER = fileURLToPath(new URL("../../policies/", import.meta.url));
const SCHEMA = join(FOLDER, "scrim.cedarschema");

/** In Cedar's JSON, an entity that a policy names. */
const NAMED_RESOURCE = /"type":"(?:Request|Grant|Service|Policy|AuditLog)"/;

const FILE_BYTES_MAX = 1024 * 1024;

/** Names under which Cedar keeps what was parsed. */
export interface PolicySet {
  readonly schema: string;
  readonly policies: string;
  /** Whether a policy is about one request, grant, service… by its id, so that ids matter. */
  readonly namesResources: boolean;
}

/**
 * Reads the policies of scrim and those of some files beside them, checks them all against the schema, and makes them ready to decide. Nothing of
 * scrim's own can be taken away; what is added can permit more where nothing forbids it, and forbid more.
 *
 * @param warned hears of policies that can never apply
 * @throws {OperatingError} `CONFIG_UNREADABLE`; `POLICY_INVALID` with the file and the policy's id
 */
export function readPolicySet(files: readonly string[], warned: (problem: unknown) => void): PolicySet {
  const schema = readFileSync(SCHEMA, "utf8");
  const own = readdirSync(FOLDER)
    .filter((file) => file.endsWith(".cedar"))
    .flatMap((file) => readPolicies(readFileSync(join(FOLDER, file), "utf8"), file, true));
  const added = files.flatMap((path) =>
    readPolicies(readOwnedFile({ path, isPrivate: false, bytesMax: FILE_BYTES_MAX }), path, false),
  );
  const byId = policiesById([...own, ...added]);
  checkPolicies(byId, schema, warned);
  return prepare(byId, schema);
}

function policiesById(policies: readonly WrittenPolicy[]): ReadonlyMap<string, WrittenPolicy> {
  const byId = new Map<string, WrittenPolicy>();
  for (const policy of policies) {
    const other = byId.get(policy.id);
    if (other !== undefined)
      throw invalid(`${policy.file}: ${policy.id}`, `another policy has this id, in ${other.file}`);
    byId.set(policy.id, policy);
  }
  return byId;
}

function checkPolicies(
  byId: ReadonlyMap<string, WrittenPolicy>,
  schema: string,
  warned: (problem: unknown) => void,
): void {
  const answer = validate({ schema, policies: { staticPolicies: textsOf(byId) } });
  if (answer.type === "failure")
    throw invalid("policies", answer.errors[0]?.message ?? "they can't be checked");
  const told = ({ policyId, error }: ValidationError) =>
    invalid(
      `${byId.get(policyId)?.file}: ${policyId}`,
      // Cedar begins with the id, which the path has.
      error.message.replace(/^for policy `[^`]*`, /, ""),
      error.help ?? undefined,
    );
  const [error] = answer.validationErrors;
  if (error !== undefined) throw told(error);
  for (const warning of answer.validationWarnings) warned(told(warning));
}

/** Cedar keeps for good what is parsed ahead: the same under the same name. */
function prepare(byId: ReadonlyMap<string, WrittenPolicy>, schema: string): PolicySet {
  const policies = textsOf(byId);
  const names = { schema: nameOf(schema), policies: nameOf(JSON.stringify(policies)) };
  for (const answer of [
    preparseSchema(names.schema, schema),
    preparsePolicySet(names.policies, { staticPolicies: policies }),
  ])
    if (answer.type === "failure")
      throw invalid("policies", answer.errors[0]?.message ?? "they can't be parsed");
  return { ...names, namesResources: [...byId.values()].some(({ text }) => namesResource(text)) };
}

function namesResource(policy: string): boolean {
  const parsed = policyToJson(policy);
  return parsed.type === "failure" || NAMED_RESOURCE.test(JSON.stringify(parsed.json));
}

function textsOf(byId: ReadonlyMap<string, WrittenPolicy>): Record<string, string> {
  return Object.fromEntries([...byId].map(([id, { text }]) => [id, text]));
}

function nameOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
