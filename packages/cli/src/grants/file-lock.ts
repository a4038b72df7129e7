import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { OperatingError } from "@scrim/errors";
import { codeOf, isCode, PRIVATE_MODE } from "./private-file.ts";

/** Commands hold a lock for milliseconds. */
const WAIT_MAX_MS = 5_000;
const WAIT_MS = 20;

/** A lock that is held. */
export interface FileLock {
  release(): void;
}

/**
 * Takes the lock `FILE.lock`, in which its holder stands. One that was left by a process of this machine that has ended is taken over; of
 * any other nobody can tell, so it stays.
 *
 * @param waitMs how long to wait for it
 * @throws {OperatingError} `STORE_UNUSABLE` where another holds it
 */
export async function takeLock(path: string, waitMs: number = WAIT_MAX_MS): Promise<FileLock> {
  const file = `${path}.lock`;
  const until = performance.now() + waitMs;
  while (!isTaken(file)) {
    removeIfLeft(file);
    if (performance.now() >= until) throw isHeld(file);
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  return { release: () => rmSync(file, { force: true }) };
}

/** Does something while it holds the lock of a file. */
export async function withLock<T>(path: string, action: () => T): Promise<T> {
  const lock = await takeLock(path);
  try {
    return action();
  } finally {
    lock.release();
  }
}

/** The lock appears with its holder in it: one without could never be told from one that was left. */
function isTaken(file: string): boolean {
  const own = `${file}.${process.pid}`;
  try {
    writeFileSync(own, JSON.stringify({ host: hostname(), pid: process.pid }), { mode: PRIVATE_MODE });
    linkSync(own, file);
    return true;
  } catch (cause) {
    if (isCode(cause, "EEXIST")) return false;
    throw new OperatingError("STORE_UNUSABLE", `can't be locked (${codeOf(cause)})`, { path: file, cause });
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Removes a lock whose holder has ended. Two that see the same one must not both remove it, since the second would remove the lock that the
 * first has taken since: the one that makes the folder looks again, and removes.
 */
function removeIfLeft(file: string): void {
  if (!isLeft(file)) return;
  const guard = `${file}.left`;
  try {
    mkdirSync(guard);
  } catch {
    return; // another is about to
  }
  try {
    if (isLeft(file)) rmSync(file, { force: true });
  } finally {
    rmdirSync(guard);
  }
}

/** A lock that can't be read is gone, or somebody else's. */
function isLeft(file: string): boolean {
  try {
    const { host, pid } = JSON.parse(readFileSync(file, "utf8")) as { host: string; pid: number };
    return host === hostname() && !isAlive(pid);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return !isCode(cause, "ESRCH");
  }
}

function isHeld(file: string): OperatingError {
  return new OperatingError("STORE_UNUSABLE", "another process holds it", {
    path: file,
    hint: "wait for that process; where none runs any more, remove this file",
  });
}
