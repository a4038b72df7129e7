import { readFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import { codeOf } from "../grants/private-file.ts";

/**
 * The text of a policy file, without the keys that it names: nobody who compares or proposes policies need have them.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`
 */
export function policyText(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const reason = cause instanceof TypeError ? "it is not UTF-8" : codeOf(cause);
    throw new OperatingError("CONFIG_UNREADABLE", `can't read the policy (${reason})`, {
      path: file,
      cause,
    });
  }
}
