import { resolve } from "node:path";
import { OperatingError } from "@scrim/errors";
import { type Key, type KeyPurpose, readPrivateKey, readPublicKey } from "@scrim/grants";
import { type ComponentContext, type FileContent, readFileContent } from "@scrim/pipeline";

type ReadFile = ComponentContext["readFile"];

/** Where relative paths start, and how what is made from files reads them. */
export type KeyPlace = Pick<ComponentContext, "baseDir" | "readFile">;

/** Others may neither read nor write what is secret. */
const OTHERS = 0o077;

/** Of a key or a token. */
const FILE_BYTES_MAX = 64 * 1024;

/** @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID` */
export function readPublicKeys(
  purpose: KeyPurpose,
  files: readonly string[],
  { baseDir, readFile }: KeyPlace,
): readonly Key[] {
  return files.map((file) => readPublicKey(purpose, read(resolve(baseDir, file), readFile).text, file));
}

/** @throws {OperatingError} `CONFIG_UNREADABLE`, of a file that others may read too, `KEY_INVALID` */
export function readOwnKeys(files: readonly string[], { baseDir, readFile }: KeyPlace): readonly Key[] {
  return files.map((file) => readPrivateKey("service", readSecret(resolve(baseDir, file), readFile), file));
}

/**
 * Reads a secret as it is now, unless told otherwise.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE`, of a file that others may read too
 */
export function readSecret(file: string, readFile: ReadFile = readFileContent): string {
  const { text, mode } = read(file, readFile);
  if (process.platform === "win32" || (mode & OTHERS) === 0) return text;
  throw new OperatingError("CONFIG_UNREADABLE", "others than its owner may read or write it", {
    path: file,
    hint: `chmod 600 ${file}`,
  });
}

function read(file: string, readFile: ReadFile): { readonly text: string } & Pick<FileContent, "mode"> {
  try {
    const { bytes, mode } = readFile(file, FILE_BYTES_MAX);
    return { text: bytes.toString(), mode };
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", "can't read the file", {
      path: file,
      hint: "make a pair of keys with: scrim grant keygen",
      cause,
    });
  }
}
