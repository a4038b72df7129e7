import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { OperatingError } from "@scrim/errors";

/** Others may neither read nor write it. */
const OTHERS = 0o077;
export const PRIVATE_MODE = 0o600;

/**
 * The text of a file that holds secrets; undefined where there is none. A pipe is read to its end, so that `<(pass show token)` can be given.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` where others may read it, it is larger than `bytesMax` or can't be read
 */
export function readPrivateFile(path: string, bytesMax: number): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    if (isCode(cause, "ENOENT")) return undefined;
    throw unreadable(path, codeOf(cause), undefined, cause);
  }
  try {
    const { mode, size } = fstatSync(descriptor);
    if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
      throw unreadable(path, "others than its owner may read or write it", `chmod 600 ${path}`);
    }
    if (size > bytesMax) throw unreadable(path, `it has more than ${bytesMax} bytes`);
    return readFileSync(descriptor, "utf8");
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw unreadable(path, codeOf(cause), undefined, cause);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Puts a file of mode 0600 in the place of the one before: whoever reads sees the one or the other, whole, also after a crash. Its
 * writer is alone; the file that is written first has one name, so that a crash leaves no more than one.
 *
 * @throws {OperatingError} `STORE_UNUSABLE`
 */
export function replacePrivateFile(path: string, text: string): void {
  const next = `${path}.next`;
  try {
    rmSync(next, { force: true }); // of a writer that was killed, perhaps with another mode
    writeFileSync(next, text, { mode: PRIVATE_MODE, flag: "wx", flush: true });
    renameSync(next, path);
    syncFolder(dirname(path));
  } catch (cause) {
    throw new OperatingError("STORE_UNUSABLE", `can't be written (${codeOf(cause)})`, {
      path,
      hint: "is there room, and is the folder yours?",
      cause,
    });
  }
}

/** A rename lasts once its folder is on the disk. Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

export function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? "unknown error";
}

export function isCode(error: unknown, code: string): boolean {
  return (error as { code?: string }).code === code;
}

function unreadable(path: string, reason: string, hint?: string, cause?: unknown): OperatingError {
  return new OperatingError("CONFIG_UNREADABLE", `can't be read: ${reason}`, {
    path,
    ...(hint !== undefined && { hint }),
    cause,
  });
}
