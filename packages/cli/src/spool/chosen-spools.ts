import { resolve } from "node:path";
import { OperatingError } from "@scrim/errors";
import { spoolDirectory, spoolFolders } from "@scrim/gateway";
import type { CommandInput } from "../command.ts";

/** The folders of the spools that a command is about. */
export function chosenSpools({ operands }: CommandInput): readonly string[] {
  return spoolFolders(resolve(operands[0] ?? spoolDirectory(process.env)));
}

/** The one spool that a command changes. */
export function chosenSpool(input: CommandInput): string {
  const [folder, another] = chosenSpools(input);
  if (folder !== undefined && another === undefined) return folder;
  throw new OperatingError("INPUT_INVALID", "there are several spools in this folder", {
    hint: `name one of them: ${folder}`,
  });
}
