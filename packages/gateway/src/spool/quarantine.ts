import { join } from "node:path";
import { type SpoolFiles, writeAll } from "./spool-files.ts";
import { readReadable } from "./window-reader.ts";

/** Kept for somebody to look into; more is only counted. */
const FILES_MAX = 1_000;
const BYTES_MAX = 256 * 2 ** 20;
const CHUNK_BYTES = 4 * 2 ** 20;

/** Where damaged bytes are kept, apart from what is read. Nothing here ever fails: it is a service to whoever looks into it. */
export class Quarantine {
  readonly #files: SpoolFiles;
  readonly #folder: string;
  readonly #bytesMax: number;
  #bytes = 0;
  #count = 0;

  constructor(files: SpoolFiles, folder: string, bytesMax = BYTES_MAX) {
    this.#files = files;
    this.#folder = folder;
    this.#bytesMax = bytesMax;
    try {
      const names = files.list(folder);
      this.#count = names.length;
      for (const name of names.slice(0, FILES_MAX)) this.#bytes += lengthOf(files, join(folder, name));
    } catch {
      this.#count = FILES_MAX;
    }
  }

  /** Copies part of a file. The same part is copied once. */
  copy(path: string, name: string, offset: number, end: number): void {
    if (this.#count >= FILES_MAX || this.#bytes + end - offset > this.#bytesMax) return;
    try {
      const from = this.#files.open(path);
      if (from === undefined) return;
      try {
        const into = this.#files.create(join(this.#folder, name));
        try {
          for (let at = offset; at < end; at += CHUNK_BYTES) {
            const bytes = readReadable(this.#files, from, at, Math.min(CHUNK_BYTES, end - at));
            writeAll(this.#files, into, bytes, at - offset);
          }
        } finally {
          this.#files.close(into);
        }
        this.#count++;
        this.#bytes += end - offset;
      } finally {
        this.#files.close(from);
      }
    } catch {
      // It was set aside before, or the disk won't have it.
    }
  }

  /** Moves a whole file. */
  move(path: string, name: string): void {
    try {
      this.#files.rename(path, join(this.#folder, name));
    } catch {
      // It stays where it is, and is found again.
    }
  }
}

function lengthOf(files: SpoolFiles, path: string): number {
  const descriptor = files.open(path);
  if (descriptor === undefined) return 0;
  try {
    return files.length(descriptor);
  } finally {
    files.close(descriptor);
  }
}
