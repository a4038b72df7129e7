import { closeSync, constants, lstatSync, openSync } from "node:fs";
import { join } from "node:path";
import { OperatingError } from "@scrim/errors";
import { codeOf } from "./spool-files.ts";

/** Name of the file that is locked. Nothing is ever written to it. */
const LOCK_FILE = "lock";

/**
 * Locks a folder for this process, and returns what gives it back. The lock is the kernel's, taken through SQLite, the only way to one in
 * Node itself: it ends with the process however that ends, and holds between containers that share a disk.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where another process has it
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const { DatabaseSync } = await import("node:sqlite");
  const path = join(folder, LOCK_FILE);
  try {
    makeOnce(path);
    const database = new DatabaseSync(path);
    try {
      database.exec("PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      throw error;
    }
    return () => database.close();
  } catch (cause) {
    const isHeld = (cause as { errcode?: number }).errcode === SQLITE_BUSY;
    throw new OperatingError(
      "STORE_UNUSABLE",
      isHeld ? "another process uses this spool" : `can't be locked (${codeOf(cause)})`,
      {
        path,
        hint: isHeld ? "stop it first, or name another folder: service.spool.directory" : "is it writable?",
        cause,
      },
    );
  }
}

/**
 * Makes the file where there is none. One that is there is not opened: closing it would give back the lock that this very process may have
 * on it (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
function makeOnce(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) return;
  const { O_RDWR, O_CREAT, O_EXCL } = constants;
  closeSync(openSync(path, O_RDWR | O_CREAT | O_EXCL, 0o600)); // not where a link leads to
}

const SQLITE_BUSY = 5;
