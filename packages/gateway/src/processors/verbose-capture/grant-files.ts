import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { OperatingError } from "@scrim/errors";
import { type Key, type KeyPurpose, readPrivateKey, readPublicKey } from "@scrim/grants";
import type { ComponentContext } from "@scrim/pipeline";

/** Where relative paths start, and who is told what is read. */
type Place = Pick<ComponentContext, "baseDir" | "dependsOn">;

/** Others may neither read nor write what is secret. */
const OTHERS = 0o077;

/** @throws {OperatingError} `CONFIG_UNREADABLE`, `KEY_INVALID` */
export function readPublicKeys(purpose: KeyPurpose, files: readonly string[], place: Place): readonly Key[] {
  return files.map((file) => readPublicKey(purpose, readText(placed(file, place)), file));
}

/** @throws {OperatingError} `CONFIG_UNREADABLE`, of a file that others may read too, `KEY_INVALID` */
export function readOwnKeys(files: readonly string[], place: Place): readonly Key[] {
  return files.map((file) => readPrivateKey("service", readSecret(placed(file, place)), file));
}

function placed(file: string, { baseDir, dependsOn }: Place): string {
  const path = resolve(baseDir, file);
  dependsOn(path);
  return path;
}

/** @throws {OperatingError} `CONFIG_UNREADABLE`, of a file that others may read too */
export function readSecret(file: string): string {
  const text = readText(file);
  if (process.platform === "win32" || (statSync(file).mode & OTHERS) === 0) return text;
  throw new OperatingError("CONFIG_UNREADABLE", "others than its owner may read or write it", {
    path: file,
    hint: `chmod 600 ${file}`,
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new OperatingError("CONFIG_UNREADABLE", "can't read the file", {
      path: file,
      hint: "make a pair of keys with: scrim grant keygen",
      cause,
    });
  }
}
