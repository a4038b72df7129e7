import { OperatingError } from "@scrim/errors";

/** What can't be believed: a text or file that is malformed, or doesn't fit the rest. */
export function invalid(message: string, path?: string, hint?: string): OperatingError {
  return new OperatingError("AUDIT_INVALID", message, {
    ...(path !== undefined && { path }),
    ...(hint !== undefined && { hint }),
  });
}
