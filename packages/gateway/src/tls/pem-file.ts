import { OperatingError } from "@scrim/errors";
import { readFileContent } from "@scrim/pipeline";

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
    const { bytes, mode } = readFileContent(file, PEM_BYTES_MAX);
    return { bytes, isOpenToOthers: process.platform !== "win32" && (mode & 0o077) !== 0 };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatingError("CONFIG_UNREADABLE", `can't read ${file}: ${code ?? "over 1 MiB"}`, {
      path,
      hint: "give the path of a file in PEM that this user may read; a relative one starts from the configuration's folder",
      cause,
    });
  }
}
