import { chmodSync, lstatSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { OperatingError } from "@scrim/errors";
import { diskFiles } from "./disk-files.ts";
import { codeOf } from "./spool-files.ts";

const MODE = 0o700;
const OTHERS_MAY_WRITE = 0o022;
const OTHERS_MAY = 0o077;
const STICKY = 0o1000;
const ROOT = 0;

/**
 * Makes a folder that only this user can look into, or checks that one is: whoever could write there could plant batches, and whoever
 * could put a link in its place could lead them elsewhere (CVE-2026-42191). Returns its real path.
 *
 * @throws {OperatingError} `STORE_UNUSABLE`
 */
export function openPrivateFolder(path: string): string {
  const absolute = resolve(path);
  try {
    makeWithParents(absolute);
  } catch (cause) {
    throw refusal(
      `the folder can't be made (${codeOf(cause)})`,
      absolute,
      "is its parent there, and writable?",
      cause,
    );
  }
  const found = lstatSync(absolute);
  if (found.isSymbolicLink())
    throw refusal("the folder is a symbolic link", absolute, "name the folder that it leads to");
  if (!found.isDirectory()) throw refusal("is no folder", absolute, "name another one");
  const user = process.geteuid?.();
  if (user === undefined) return absolute; // a system without owners and modes
  if (found.uid !== user)
    throw refusal("the folder belongs to another user", absolute, "name one of the gateway's own");
  if ((found.mode & OTHERS_MAY_WRITE) !== 0)
    throw refusal("others may write to the folder", absolute, `chmod 700 ${absolute}`);
  const real = join(realpathSync(dirname(absolute)), basename(absolute));
  checkAncestors(real, user);
  if ((found.mode & OTHERS_MAY) !== 0) chmodSync(absolute, MODE);
  return real;
}

/**
 * One folder after the other, each brought to the disk: a name that is not there would take all that is below with it. Not
 * by Node's own `recursive`, which never ends where a folder can't be made though its parent is there, as in /proc.
 */
function makeWithParents(path: string): void {
  const missing: string[] = [];
  for (let above = path; !isThere(above); above = dirname(above)) missing.push(above);
  for (const folder of missing.reverse()) diskFiles.makeFolder(folder);
}

/** What may not be looked at counts as there: making what is below will tell. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return codeOf(error) !== "ENOTDIR";
  }
}

/** Who may rename a folder above could put another one in this one's place. */
function checkAncestors(path: string, user: number): void {
  const parent = dirname(path);
  const around = lookAt(parent);
  if (around !== undefined && isShared(around))
    throw refusal(
      "the folder lies directly in one that all users share",
      path,
      "name one under /var/lib, say",
    );
  for (let above = parent; ; above = dirname(above)) {
    const found = lookAt(above);
    if (found === undefined) return;
    if (found.uid !== user && found.uid !== ROOT)
      throw refusal("a folder above it belongs to another user", above, "name one elsewhere");
    if ((found.mode & OTHERS_MAY_WRITE) !== 0 && !isShared(found))
      throw refusal("others may write to a folder above it", above, `chmod go-w ${above}`);
    if (above === dirname(above)) return;
  }
}

/**
 * Undefined where Node's own permission model hides the folder: whoever keeps this process from looking there has also said where it may
 * write.
 */
function lookAt(folder: string): Stats | undefined {
  try {
    return statSync(folder);
  } catch (error) {
    if (codeOf(error) === "ERR_ACCESS_DENIED") return undefined;
    throw error;
  }
}

/** As /tmp is: everybody may write, and nobody may rename what is another's. */
function isShared({ mode }: Stats): boolean {
  return (mode & OTHERS_MAY_WRITE) !== 0 && (mode & STICKY) !== 0;
}

function refusal(message: string, path: string, hint: string, cause?: unknown): OperatingError {
  return new OperatingError("STORE_UNUSABLE", message, { path, hint, ...(cause !== undefined && { cause }) });
}
