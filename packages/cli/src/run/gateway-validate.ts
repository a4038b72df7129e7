import { checkGatewayConfig } from "@scrim/gateway";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { loadAccess } from "./seldom-components.ts";

export async function run(input: CommandInput, { stdout, stderr }: CommandStreams): Promise<number> {
  const file = optionText(input, "config");
  const { problems, warnings } = await checkGatewayConfig({
    seldomComponents: [loadAccess],
    ...(file !== undefined && { configFile: file }),
  });
  for (const warning of warnings) stderr.write(`gateway validate: warning: ${warning}\n`);
  for (const { line, hint } of problems) {
    stderr.write(`gateway validate: error: ${line}\n`);
    if (hint !== undefined) stderr.write(`gateway validate: hint: ${hint}\n`);
  }
  if (problems.length > 0) return 1;
  stdout.write(`${file ?? "the default configuration"}: a gateway would start with it\n`);
  return 0;
}
