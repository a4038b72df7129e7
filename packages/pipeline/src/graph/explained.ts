import { OperatingError } from "@scrim/errors";

/** Gives an error that says nothing about its place, a plug-in's for instance, the component's path. */
export async function explained<T>(path: string, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof OperatingError) throw error;
    const message = error instanceof Error ? error.message : "an unknown error";
    throw new OperatingError("CONFIG_INVALID", `can't be started: ${message}`, { path, cause: error });
  }
}
