import type { CommandDefinition } from "./command.ts";

/** Column at which meanings start. */
const MEANING_COLUMN = 26;

/** Help of the program: every command with its summary. */
export function programHelp(commands: readonly CommandDefinition[], version: string): string {
  return [
    `scrim ${version}: zero-trust telemetry for OpenTelemetry. Masked by default, revealed by approval.`,
    "",
    "usage: scrim COMMAND [OPTIONS]",
    "",
    ...commands.map((command) => row(command.name, command.summary)),
    "",
    "scrim COMMAND --help tells more.",
    "",
  ].join("\n");
}

/** Help of one command, made from its definition. */
export function commandHelp(command: CommandDefinition): string {
  const options = Object.entries(command.options);
  const usage = ["scrim", command.name, options.length > 0 ? "[OPTIONS]" : "", command.operands?.usage ?? ""];
  return [
    `usage: ${usage.filter((part) => part !== "").join(" ")}`,
    "",
    command.summary,
    ...(command.details === undefined ? [] : ["", command.details]),
    "",
    ...options.map(([name, option]) => {
      const flags = `${option.short === undefined ? "" : `-${option.short}, `}--${name}${option.value === undefined ? "" : ` ${option.value}`}`;
      const extras = [
        option.required === true ? "required" : "",
        option.multiple === true ? "may be repeated" : "",
        option.choices === undefined ? "" : option.choices.join(" | "),
        option.default === undefined ? "" : `default: ${option.default}`,
      ].filter((extra) => extra !== "");
      return row(flags, option.meaning + (extras.length === 0 ? "" : ` (${extras.join("; ")})`));
    }),
    row("-h, --help", "Prints this."),
    "",
    "examples:",
    ...command.examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

function row(left: string, right: string): string {
  const start = `  ${left}`;
  return start.length < MEANING_COLUMN
    ? start.padEnd(MEANING_COLUMN) + right
    : `${start}\n${" ".repeat(MEANING_COLUMN)}${right}`;
}
