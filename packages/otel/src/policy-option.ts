import { compilePolicy, defaultPlan, loadPolicy, type Plan } from "@scrim/policy";

/** A compiled policy, or the path of the file it is in; the default one where nothing is given. */
export type PolicyOption = Plan | string | undefined;

/** @throws {OperatingError} where the file can't be read or is no policy: a wrong policy must not start */
export function planOf(policy: PolicyOption): Plan {
  if (policy === undefined) return defaultPlan();
  if (typeof policy !== "string") return policy;
  const loaded = loadPolicy([policy]);
  return compilePolicy(loaded.documents, loaded);
}
