import { rmSync, writeFileSync } from "node:fs";
import { OperatingError } from "@scrim/errors";
import { codeOf, isCode, PRIVATE_MODE } from "./grants/private-file.ts";

/**
 * Writes NAME.key, which only its owner may read, and NAME.pub. Files that are there stay as they are.
 *
 * @throws {OperatingError} `INPUT_INVALID`
 */
export function writeKeyPair(
  name: string,
  { privateKey, publicKey }: { readonly privateKey: string; readonly publicKey: string },
): void {
  writeNew(`${name}.key`, privateKey, PRIVATE_MODE);
  try {
    writeNew(`${name}.pub`, publicKey, 0o644);
  } catch (error) {
    rmSync(`${name}.key`); // half a pair would stand in the way of the next try
    throw error;
  }
}

/**
 * Writes a file that is not there yet.
 *
 * @throws {OperatingError} `INPUT_INVALID`
 */
export function writeNew(
  path: string,
  content: string | Buffer,
  mode: number,
  hint = "give another name: --out NAME",
): void {
  try {
    writeFileSync(path, content, { mode, flag: "wx", flush: true });
  } catch (cause) {
    const isThere = isCode(cause, "EEXIST");
    throw new OperatingError(
      "INPUT_INVALID",
      isThere ? "this file is there already, and stays as it is" : `can't be written (${codeOf(cause)})`,
      { path, hint: isThere ? hint : "is the folder there, and yours?", cause },
    );
  }
}
