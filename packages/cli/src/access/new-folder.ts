import { mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OperatingError } from "@scrim/errors";
import { codeOf, isCode } from "../grants/private-file.ts";
import type { NewFile } from "./new-control-plane.ts";

/**
 * Writes files into a folder that is empty, or not there yet: all of them, or none. Nothing is overwritten.
 *
 * @throws {OperatingError} `INPUT_INVALID`
 */
export function writeNewFolder(folder: string, files: readonly NewFile[]): void {
  const isMade = checkEmpty(folder);
  const written: string[] = [];
  try {
    for (const { name, text, mode } of files) {
      const path = join(folder, name);
      writeFileSync(path, text, { mode, flag: "wx", flush: true });
      written.push(path);
    }
  } catch (cause) {
    for (const path of written) rmSync(path, { force: true });
    if (isMade) rmdirSync(folder);
    throw failed(folder, `can't be written to (${codeOf(cause)})`, "is there room, and is it yours?", cause);
  }
}

/** Whether the folder was made. */
function checkEmpty(folder: string): boolean {
  try {
    if (readdirSync(folder).length === 0) return false;
  } catch (cause) {
    if (!isCode(cause, "ENOENT"))
      throw failed(folder, `can't be read (${codeOf(cause)})`, "name a folder", cause);
    return make(folder);
  }
  throw failed(folder, "is not empty, and stays as it is", "name a folder that is not there yet");
}

function make(folder: string): true {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (cause) {
    throw failed(
      folder,
      `can't be made (${codeOf(cause)})`,
      "is the folder above it there, and yours?",
      cause,
    );
  }
}

function failed(path: string, message: string, hint: string, cause?: unknown): OperatingError {
  return new OperatingError("INPUT_INVALID", message, { path, hint, cause });
}
