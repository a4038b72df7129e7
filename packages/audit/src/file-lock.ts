import { readFileSync } from "node:fs";
import { link, mkdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { OperatingError } from "@scrim/errors";
import { unusable } from "./unusable.ts";

/** Tries to take a lock that was left by a process that has ended; two that try at once take turns. */
const TRIES = 5;
const PAUSE_MS = 20;

/** Who holds a lock. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, where the system tells: process ids come again. */
  readonly started: string;
}

/**
 * Takes a lock, in which its holder stands. One that was left by a process of this machine that has ended is taken over; of any other
 * nobody can tell, so it stays.
 *
 * @throws {OperatingError} `STORE_UNUSABLE` where another holds it, or it can't be taken
 */
export async function takeLock(path: string): Promise<() => Promise<void>> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await isTaken(path)) return () => rm(path, { force: true });
    if (!(await isLeft(path))) break;
    await removeIfLeft(path);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new OperatingError("STORE_UNUSABLE", "another process writes this log", {
    path,
    hint: "wait for that process; where none runs any more, remove this file",
  });
}

let attempts = 0;

/** The lock appears with its holder in it: one without could never be told from one that was left. */
async function isTaken(path: string): Promise<boolean> {
  const own = `${path}.${process.pid}-${attempts++}`;
  const holder: Holder = { host: hostname(), pid: process.pid, started: startOf(process.pid) };
  try {
    await writeFile(own, JSON.stringify(holder), { mode: 0o600 });
    await link(own, path);
    return true;
  } catch (cause) {
    if ((cause as { code?: string }).code === "EEXIST") return false;
    throw unusable("can't be locked", path, cause);
  } finally {
    await rm(own, { force: true });
  }
}

/** Two that see the same lock left must not both remove it: the one that makes the folder looks again, and removes. */
async function removeIfLeft(path: string): Promise<void> {
  const guard = `${path}.left`;
  try {
    await mkdir(guard);
  } catch {
    return; // another is about to
  }
  try {
    if (await isLeft(path)) await rm(path, { force: true });
  } finally {
    await rmdir(guard);
  }
}

/** A lock that can't be read is gone, or somebody else's. */
async function isLeft(path: string): Promise<boolean> {
  try {
    const { host, pid, started } = JSON.parse(await readFile(path, "utf8")) as Holder;
    return host === hostname() && !(isAlive(pid) && startOf(pid) === started);
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== "ESRCH";
  }
}

/** Field 22 of /proc/PID/stat; the name before it is in parentheses, and may have any others. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}
