import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";

/** Others may neither read nor write what is secret. */
const OTHERS = 0o077;

/** Far more than any key or certificate chain has. */
const BYTES_MAX = 1 << 20;

/** @throws {OperatingError} `CONFIG_UNREADABLE`, also of a file that others may read or write */
export function readSecretFile(path: string): string {
  return read(path, true);
}

/** @throws {OperatingError} `CONFIG_UNREADABLE` */
export function readPlainFile(path: string): string {
  return read(path, false);
}

function read(path: string, isSecret: boolean): string {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    const { mode, size } = fstatSync(descriptor);
    if (isSecret && process.platform !== "win32" && (mode & OTHERS) !== 0) {
      throw unreadable(path, "others than its owner may read or write it", `chmod 600 ${path}`);
    }
    if (size > BYTES_MAX) throw unreadable(path, `it has more than ${BYTES_MAX} bytes`);
    return readFileSync(descriptor, "utf8");
  } catch (cause) {
    if (cause instanceof OperatingError) throw cause;
    throw unreadable(path, (cause as { code?: string }).code ?? "unknown error", undefined, cause);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function unreadable(path: string, reason: string, hint?: string, cause?: unknown): OperatingError {
  return new OperatingError("CONFIG_UNREADABLE", `can't be read: ${reason}`, {
    path,
    ...(hint !== undefined && { hint }),
    cause,
  });
}
