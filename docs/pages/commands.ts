import { COMMANDS, commandHelp } from "scrim";
import { GENERATED } from "./markdown.ts";

/** Every command with its help, as `scrim COMMAND --help` prints it. */
export function commandsPage(): string {
  const sections = COMMANDS.map(
    (command) => `## scrim ${command.name}\n\n\`\`\`text\n${commandHelp(command).trimEnd()}\n\`\`\``,
  );
  return [
    GENERATED,
    "# Commands",
    "Help of all commands of `scrim`. Exit codes are 0 done, 1 the input or the world was at fault, 2 the command line was, unless help says other.",
    ...sections,
    "",
  ].join("\n\n");
}
