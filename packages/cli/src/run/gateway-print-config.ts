import { describeGatewayConfig } from "@scrim/gateway";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { loadAccess } from "./seldom-components.ts";

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const file = optionText(input, "config");
  const options = { seldomComponents: [loadAccess], ...(file !== undefined && { configFile: file }) };
  stdout.write(await describeGatewayConfig(options));
  return 0;
}
