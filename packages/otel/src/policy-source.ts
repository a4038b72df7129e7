import { statSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import type { PolicyFollower } from "@scrim/grants";
import { compilePolicy, defaultPlan, type LoadedPolicy, loadPolicy, type Plan } from "@scrim/policy";

/** Where a plug-in takes its policy from. Another plan there is in force from the next record on. */
export interface PolicySource {
  readonly plan: Plan;
  /** What the control plane has sent, where the policy comes from there. */
  readonly central?: PolicyFollower;
}

/** A compiled policy, the path of the file it is in, or where it may change; the default one where nothing is given. */
export type PolicyOption = Plan | string | PolicySource | undefined;

/** @throws {OperatingError} where the file can't be read or is no policy: a wrong policy must not start */
export function sourceOf(policy: PolicyOption): PolicySource {
  if (policy === undefined) return { plan: defaultPlan() };
  if (typeof policy === "string") return { plan: planIn(policy) };
  return "plan" in policy ? policy : { plan: policy };
}

/** @throws {OperatingError} where the file can't be read or is no policy */
export function planIn(file: string): Plan {
  const loaded = localPolicyIn(file);
  return compilePolicy(loaded.documents, loaded);
}

/** What a file says, with its keys; the default policy without any where there is no file. @throws {OperatingError} as {@link planIn} */
export function localPolicyIn(file: string | undefined): LoadedPolicy {
  if (file === undefined) return loadPolicy([]);
  if (isUnending(file))
    throw new OperatingError("CONFIG_UNREADABLE", "can't read the policy: it is no regular file", {
      path: file,
    });
  return loadPolicy([file]);
}

/** A pipe or a device, which would be waited for while nothing else runs. */
function isUnending(file: string): boolean {
  try {
    const stats = statSync(file);
    return !stats.isFile() && !stats.isDirectory();
  } catch {
    return false; // why, is found out by whoever reads it
  }
}
