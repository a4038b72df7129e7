import type { DetailedError } from "@cedar-policy/cedar-wasm/nodejs";
import { policySetTextToParts, policyToJson } from "@cedar-policy/cedar-wasm/nodejs";
import { OperatingError } from "@scrim/errors";

/** Ids that policies of scrim have alone, so that an entry of the audit log tells them apart. */
const OWN_PREFIX = "scrim.";

/** As ids in entries of the audit log. */
const POLICY_ID = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$/;

/** A policy and where it stands. */
export interface WrittenPolicy {
  readonly id: string;
  readonly file: string;
  readonly text: string;
}

/**
 * The policies of a Cedar text, by the id that each is annotated with: `@id("…")`.
 *
 * @param isOwn whether they are those of scrim, whose ids begin with `scrim.`
 * @throws {OperatingError} `POLICY_INVALID` with file and line, or the policy's id
 */
export function readPolicies(text: string, file: string, isOwn: boolean): readonly WrittenPolicy[] {
  const parts = policySetTextToParts(text);
  if (parts.type === "failure") throw malformed(parts.errors[0], text, file);
  if (parts.policy_templates.length > 0)
    throw invalid(file, "a template can't be used here", "write the principal or resource instead of ?…");
  return parts.policies.map((policy) => ({ id: idOf(policy, file, isOwn), file, text: policy }));
}

function idOf(policy: string, file: string, isOwn: boolean): string {
  const parsed = policyToJson(policy);
  const id = parsed.type === "success" ? parsed.json.annotations?.id : undefined;
  if (typeof id !== "string" || id === "")
    throw invalid(
      file,
      "a policy has no id",
      'write @id("…") before permit or forbid: entries of the audit log name it',
    );
  if (!POLICY_ID.test(id))
    throw invalid(
      file,
      "an id of a policy is not 1 to 128 of A-Z, a-z, 0-9, . _ : / -, a letter or digit first",
    );
  if (id.startsWith(OWN_PREFIX) !== isOwn)
    throw invalid(`${file}: ${id}`, `ids that begin with ${OWN_PREFIX} are those of scrim's own policies`);
  return id;
}

function malformed(error: DetailedError | undefined, text: string, file: string): OperatingError {
  const start = error?.sourceLocations?.[0]?.start;
  const path =
    start === undefined
      ? file
      : `${file}: line ${Buffer.from(text).subarray(0, start).toString().split("\n").length}`;
  return invalid(path, `no Cedar policy: ${error?.message ?? "unknown error"}`, error?.help ?? undefined);
}

export function invalid(path: string, message: string, hint?: string): OperatingError {
  return new OperatingError("POLICY_INVALID", message, { path, ...(hint !== undefined && { hint }) });
}
