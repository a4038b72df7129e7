import { holdSpool } from "@scrim/gateway";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { chosenSpools } from "../spool/chosen-spools.ts";

export async function run(input: CommandInput, { stderr }: CommandStreams): Promise<number> {
  const exporter = optionText(input, "exporter")!;
  for (const folder of chosenSpools(input)) {
    const held = await holdSpool(folder);
    try {
      held.forget([exporter]);
    } finally {
      held.release();
    }
    stderr.write(`${folder}: nothing waits for ${exporter} any more\n`);
  }
  return 0;
}
