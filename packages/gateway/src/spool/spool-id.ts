import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { readWhole, type SpoolFiles, writeAll } from "./spool-files.ts";

/** Name of the file that holds it: 36 characters and nothing else. */
const FILE = "id";
const FORM = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What tells a spool from all others: made at random when there is none, and kept. One that is damaged or can't be kept is
 * replaced: then destinations can't tell any more what they were sent before, and nothing else is lost.
 */
export function spoolId(files: SpoolFiles, folder: string): string {
  const path = join(folder, FILE);
  return read(files, path) ?? make(files, folder, path);
}

function read(files: SpoolFiles, path: string): string | undefined {
  try {
    const text = readWhole(files, path, randomUUID().length)?.toString("latin1");
    return text !== undefined && FORM.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function make(files: SpoolFiles, folder: string, path: string): string {
  const id = randomUUID();
  try {
    files.remove(`${path}.new`);
    const descriptor = files.create(`${path}.new`);
    try {
      writeAll(files, descriptor, Buffer.from(id), 0);
      files.sync(descriptor);
    } finally {
      files.close(descriptor);
    }
    files.rename(`${path}.new`, path);
    files.syncFolder(folder);
  } catch {
    // A disk that won't take it is told of by what is stored.
  }
  return id;
}
