import { generateKeys } from "@scrim/grants";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { writeKeyPair } from "../key-pair-files.ts";

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const name = optionText(input, "out") ?? "reveal";
  const pair = generateKeys("reveal");
  writeKeyPair(name, pair);
  stdout.write(`reveal key ${pair.id}: ${name}.key (secret), ${name}.pub\n`);
  return 0;
}
