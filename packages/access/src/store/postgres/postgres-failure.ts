import { OperatingError } from "@scrim/errors";

/** What people can do, by SQLSTATE or its class, or by what the system says. */
const HINTS: Readonly<Record<string, string>> = {
  "28": "is the user right, and the password?", // invalid authorization
  "3D": "make the database", // invalid catalog name
  "42": "may the user make tables in the schema scrim_access?", // access rule violation
  "53": "look at the server's disk, memory and connections", // insufficient resources
  "55": "another process holds the store for too long", // object not in prerequisite state: lock_timeout
  "25": "is the server a standby?", // read-only transaction
  "57": "the server is ending, or has not started yet", // operator intervention
};

/**
 * What the server or the way to it says, as an error of ours; one of ours stays as it is. The server's own text is left out, also as a cause: it may
 * hold values.
 */
export function postgresFailure(what: string, cause: unknown): OperatingError {
  if (cause instanceof OperatingError) return cause;
  const { code } = cause as { code?: string };
  const hint = HINTS[code?.slice(0, 2) ?? ""] ?? "is the server there, and can it be reached?";
  return new OperatingError("STORE_UNUSABLE", `${what} (${code ?? "no answer"})`, { path: "postgres", hint });
}
