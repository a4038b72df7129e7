import { generateNoteKeys, type NoteKeyKind } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { writeKeyPair } from "../key-pair-files.ts";

const KINDS: readonly NoteKeyKind[] = ["log", "witness"];

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const kind = KINDS.find((each) => each === input.operands[0]);
  if (kind === undefined) {
    throw new OperatingError("INPUT_INVALID", "no such kind of key", {
      hint: `it is one of: ${KINDS.join(", ")}`,
    });
  }
  const name = optionText(input, "name") ?? "";
  const file = optionText(input, "out") ?? kind;
  const keys = generateNoteKeys(kind, name);
  writeKeyPair(file, keys);
  stdout.write(`${kind} key ${keys.publicKey.split("+")[1]} of ${name}: ${file}.key (secret), ${file}.pub\n`);
  return 0;
}
