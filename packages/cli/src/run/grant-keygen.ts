import { OperatingError } from "@scrim/errors";
import { generateKeys, type KeyPurpose } from "@scrim/grants";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { writeKeyPair } from "../key-pair-files.ts";

const PURPOSES: readonly KeyPurpose[] = ["signing", "policy", "service", "root"];

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const purpose = PURPOSES.find((each) => each === input.operands[0]);
  if (purpose === undefined) {
    throw new OperatingError("INPUT_INVALID", "no such kind of key", {
      hint: `it is one of: ${PURPOSES.join(", ")}`,
    });
  }
  const name = optionText(input, "out") ?? purpose;
  const keys = generateKeys(purpose);
  writeKeyPair(name, keys);
  stdout.write(`${purpose} key ${keys.id}: ${name}.key (secret), ${name}.pub\n`);
  return 0;
}
