import { statSync } from "node:fs";
import { readOwnedFile } from "./owned-file.ts";

/** A change is seen by who looks this long after it. */
const INTERVAL_MS = 500;

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
  let current = parse(readOwnedFile(options));
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
        current = parse(readOwnedFile(options));
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
