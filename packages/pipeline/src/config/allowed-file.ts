import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve, sep } from "node:path";
import { OperatingError } from "@scrim/errors";
import type { Expansion } from "./expand-environment.ts";

/** Folders whose files a configuration may name. Whoever starts the process says so, and not the configuration. */
const FOLDERS_VARIABLE = "SCRIM_CONFIG_FILES";

/** Where systemd puts what `LoadCredential=` names. */
const CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY";

/** A token or a key. */
const FILE_BYTES_MAX = 64 * 1024;

/**
 * The text of a file that `${file:NAME}` names, without the newline at its end. A name that is no absolute path is looked for in each
 * folder. Links are followed first, and what they lead to must lie beneath a folder too.
 *
 * @throws {OperatingError} `CONFIG_INVALID` where the file may not be named, `CONFIG_UNREADABLE`
 */
export function readAllowedFile(
  name: string,
  path: string,
  { environment, reads }: Pick<Expansion, "environment" | "reads">,
): string {
  const folders = [FOLDERS_VARIABLE, CREDENTIALS_VARIABLE]
    .flatMap((variable) => environment[variable]?.split(delimiter) ?? [])
    .flatMap((folder) => (isAbsolute(folder) ? (realPath(folder) ?? []) : []));
  const candidates = isAbsolute(name) ? [resolve(name)] : folders.map((folder) => join(folder, name));
  const found = candidates.map((file) => realPath(file)).find((file) => file !== undefined);
  // Whether a file is there is said only of those that may be named.
  if (!(found === undefined ? candidates : [found]).some((file) => isBeneath(file, folders)))
    throw new OperatingError("CONFIG_INVALID", "this file may not be named here", {
      path,
      hint: `name one beneath $${CREDENTIALS_VARIABLE}, or beneath a folder that ${FOLDERS_VARIABLE} lists in the environment`,
    });
  if (found === undefined) throw unreadable("no such file", path);
  for (const file of candidates) reads?.(file);
  return readText(found, path);
}

function isBeneath(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => file.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`));
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}

function readText(file: string, path: string): string {
  let descriptor: number | undefined;
  try {
    // Never a link any more, and no pipe that would be waited for.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!fstatSync(descriptor).isFile()) throw unreadable("no regular file", path);
    const buffer = Buffer.alloc(FILE_BYTES_MAX + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (length > FILE_BYTES_MAX) throw unreadable(`over ${FILE_BYTES_MAX} bytes`, path);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(buffer.subarray(0, length));
    return text.replace(/\r?\n$/, "");
  } catch (error) {
    if (error instanceof OperatingError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw unreadable(error instanceof TypeError ? "not UTF-8" : `can't be read (${code})`, path);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function unreadable(message: string, path: string): OperatingError {
  return new OperatingError("CONFIG_UNREADABLE", `the file: ${message}`, { path });
}
