import { OperatingError } from "@scrim/errors";

const OWN = "is there room, and is the folder there, and yours?";

/** What the file system says, as an error of ours; one of ours stays as it is. `what` is such as "can't be written". */
export function unusable(what: string, path: string, cause: unknown): OperatingError {
  if (cause instanceof OperatingError) return cause;
  const { code = "unknown error" } = cause as { code?: string };
  return new OperatingError("STORE_UNUSABLE", `${what} (${code})`, { path, hint: OWN, cause });
}

/** Does something with files; what the file system says becomes an error of ours. */
export async function withFiles<T>(what: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw unusable(what, path, cause);
  }
}
