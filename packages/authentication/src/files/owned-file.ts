import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";

const OTHERS_WRITE = 0o022;
const OTHERS_READ_OR_WRITE = 0o077;

/** So that opening a pipe that nobody writes to doesn't wait for ever. Windows has no such flag. */
const READ_NOW = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export interface OwnedFile {
  readonly path: string;
  /** Whether it holds what others may not even read. */
  readonly isPrivate: boolean;
  readonly bytesMax: number;
}

/**
 * The text of a file that nobody else may write, nor read where it is private.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`
 */
export function readOwnedFile({ path, isPrivate, bytesMax }: OwnedFile): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, READ_NOW);
  } catch (cause) {
    throw unreadable(path, codeOf(cause), undefined, cause);
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw unreadable(path, "it is no file");
    if (stat.size > bytesMax) throw unreadable(path, `it has more than ${bytesMax} bytes`);
    if (process.platform !== "win32") {
      if (isPrivate && (stat.mode & OTHERS_READ_OR_WRITE) !== 0)
        throw unreadable(path, "others than its owner may read or write it", `chmod 600 ${path}`);
      if ((stat.mode & OTHERS_WRITE) !== 0)
        throw unreadable(path, "others than its owner may write it", `chmod go-w ${path}`);
    }
    return readFileSync(descriptor, "utf8");
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw unreadable(path, codeOf(cause), undefined, cause);
  } finally {
    closeSync(descriptor);
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? "unknown error";
}

function unreadable(path: string, reason: string, hint?: string, cause?: unknown): OperatingError {
  return new OperatingError("CONFIG_UNREADABLE", `can't be read: ${reason}`, {
    path,
    ...(hint !== undefined && { hint }),
    cause,
  });
}
