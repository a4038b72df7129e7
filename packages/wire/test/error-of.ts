import { type ErrorCode, OperatingError } from "@scrim/errors";

/** The code of the operating error that `run` throws; undefined if it returns. Anything else thrown passes. */
export function codeOf(run: () => unknown): ErrorCode | undefined {
  return errorOf(run)?.code;
}

/** The operating error that `run` throws; undefined if it returns. Anything else thrown passes. */
export function errorOf(run: () => unknown): OperatingError | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof OperatingError) return error;
    throw error;
  }
}
