import { constants, realpathSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve, sep } from "node:path";
import { OperatingError } from "@scrim/errors";
import { type FileContent, isRegular, markOfContent, readFileContent } from "../files/file-content.ts";
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
  { environment, files }: Pick<Expansion, "environment" | "files">,
): string {
  // No path, so that a file that may not be named here isn't found where it was read for something else.
  const keptAs = `\${file:${name}}`;
  const kept = files?.kept(keptAs);
  const folders = [FOLDERS_VARIABLE, CREDENTIALS_VARIABLE]
    .flatMap((variable) => environment[variable]?.split(delimiter) ?? [])
    .flatMap((folder) => (isAbsolute(folder) ? (realPath(folder) ?? []) : []));
  const candidates = isAbsolute(name) ? [resolve(name)] : folders.map((folder) => join(folder, name));
  if (kept !== undefined) {
    for (const file of candidates) files?.note(file, file === kept.file ? markOfContent(kept) : undefined);
    files?.keep(keptAs, kept);
    return textOf(kept, path);
  }
  const [file, found] = candidates
    .map((file) => [file, realPath(file)] as const)
    .find(([, real]) => real !== undefined) ?? [undefined, undefined];
  // Whether a file is there is said only of those that may be named.
  if (!(found === undefined ? candidates : [found]).some((file) => isBeneath(file, folders)))
    throw new OperatingError("CONFIG_INVALID", "this file may not be named here", {
      path,
      hint: `name one beneath $${CREDENTIALS_VARIABLE}, or beneath a folder that ${FOLDERS_VARIABLE} lists in the environment`,
    });
  for (const candidate of candidates) files?.note(candidate);
  if (found === undefined) throw unreadable("no such file", path);
  const content = readRegular(found, path);
  files?.keep(keptAs, { ...content, file: file! });
  return textOf(content, path);
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

function readRegular(file: string, path: string): FileContent {
  try {
    // Never a link any more, and no pipe that would be waited for.
    const content = readFileContent(file, FILE_BYTES_MAX, constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (isRegular(content.mode)) return content;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw unreadable(error instanceof RangeError ? error.message : `can't be read (${code})`, path);
  }
  throw unreadable("no regular file", path);
}

function textOf({ bytes }: FileContent, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch {
    throw unreadable("not UTF-8", path);
  }
}

function unreadable(message: string, path: string): OperatingError {
  return new OperatingError("CONFIG_UNREADABLE", `the file: ${message}`, { path });
}
