import { appendFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import { codeOf, PRIVATE_MODE, readPrivateFile } from "../grants/private-file.ts";

const FILE_BYTES_MAX = 1024 * 1024;

/**
 * Adds a line to a file of mode 0600, which is made where there is none.
 *
 * @throws {OperatingError} `CONFIG_UNREADABLE` where others may read it, `STORE_UNUSABLE`
 */
export function appendPrivateLine(path: string, line: string): void {
  const before = readPrivateFile(path, FILE_BYTES_MAX);
  const start = before === undefined || before === "" || before.endsWith("\n") ? "" : "\n";
  try {
    appendFileSync(path, `${start}${line}\n`, { mode: PRIVATE_MODE, flush: true });
  } catch (cause) {
    throw new OperatingError("STORE_UNUSABLE", `can't be written (${codeOf(cause)})`, {
      path,
      hint: "is there room, and is the folder yours?",
      cause,
    });
  }
}
