import { proveEntry } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { logKeyOf } from "../audit/key-option.ts";
import { logSourceOf } from "../audit/log-option.ts";
import type { CommandInput, CommandStreams } from "../command.ts";

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const [place, index] = input.operands;
  if (!/^(?:0|[1-9]\d{0,14})$/.test(index!)) {
    throw new OperatingError("INPUT_INVALID", "expected the index of an entry", {
      hint: "the first has index 0; scrim audit show lists them",
    });
  }
  stdout.write(await proveEntry(logSourceOf(place!), logKeyOf(input), Number(index)));
  return 0;
}
