import { closeSync, fstatSync, openSync, readFileSync, statSync } from "node:fs";
import { OperatingError } from "@scrim/errors";

/** A change is seen by who looks this long after it. */
const INTERVAL_MS = 500;

const OTHERS_WRITE = 0o022;
const OTHERS_READ_OR_WRITE = 0o077;

export interface FollowedFile<T> {
  /** What the file says: as it is now, or as it was when it was last good. */
  readonly current: T;
}

export interface FollowOptions<T> {
  readonly path: string;
  /** Makes of the text what is wanted of it; throws where it is no good. */
  readonly parse: (text: string) => T;
  /** Whether it holds what others may not even read. */
  readonly isPrivate: boolean;
  readonly bytesMax: number;
  /** Hears once of each state of the file that is no good. */
  readonly told: (problem: unknown) => void;
  readonly intervalMs?: number;
}

/**
 * Follows a file that people edit: looks at it when it is asked for, not more often than every half second, and reads it again where it has
 * changed. One that is broken later leaves the last good one in force. Nothing runs in between, and nothing has to be closed.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` where it can't be read to begin with, or others may write it; what `parse` throws
 */
export function followFile<T>(options: FollowOptions<T>): FollowedFile<T> {
  const { path, parse, told, intervalMs = INTERVAL_MS } = options;
  let stamp = stampOf(path); // before it is read: what is written meanwhile has another
  let current = parse(read(options));
  let lookedAt = performance.now();

  return {
    get current() {
      const now = performance.now();
      if (now - lookedAt < intervalMs) return current;
      lookedAt = now;
      const found = stampOf(path);
      if (found === stamp) return current;
      stamp = found;
      try {
        current = parse(read(options));
      } catch (problem) {
        told(problem);
      }
      return current;
    },
  };
}

function stampOf(path: string): string {
  try {
    const { ino, size, mode, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return `${ino} ${size} ${mode} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return "none";
  }
}

function read({ path, isPrivate, bytesMax }: FollowOptions<unknown>): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
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
