import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { OperatingError } from "@scrim/errors";

/** Bundles of public roots have some 250 KiB. */
const PEM_BYTES_MAX = 1024 * 1024;

export interface PemFile {
  readonly bytes: Buffer;
  /** Whether others than its owner may read or write it. */
  readonly isOpenToOthers: boolean;
}

/**
 * Reads a file of certificates or a key, whatever its size claims to be.
 *
 * @param path the key that names it, for the error
 * @throws {OperatingError} `CONFIG_UNREADABLE`
 */
export function readPemFile(file: string, path: string): PemFile {
  try {
    const descriptor = openSync(file, "r");
    try {
      const bytes = Buffer.alloc(PEM_BYTES_MAX + 1);
      let length = 0;
      for (let taken = 1; taken > 0 && length < bytes.length; length += taken)
        taken = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (length > PEM_BYTES_MAX) throw new Error("too large");
      const isOpenToOthers = process.platform !== "win32" && (fstatSync(descriptor).mode & 0o077) !== 0;
      return { bytes: Buffer.from(bytes.subarray(0, length)), isOpenToOthers };
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatingError("CONFIG_UNREADABLE", `can't read ${file}: ${code ?? "over 1 MiB"}`, {
      path,
      hint: "give the path of a file in PEM that this user may read; a relative one starts from the configuration's folder",
      cause,
    });
  }
}
