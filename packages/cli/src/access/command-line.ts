import { type CommandInput, optionText } from "../command.ts";
import { CALLER_OPTIONS } from "./client-options.ts";

/** Options of a command that somebody else runs: the same control plane, and not my token. */
export const FOR_OTHERS = ["url", "ca"] as const;

/** A whole command line for a shell: with the options of this one that say who asks, and whom. */
export function commandLine(
  input: CommandInput,
  command: string,
  options: readonly string[] = CALLER_OPTIONS,
): string {
  const given = options.flatMap((name) => {
    const value = optionText(input, name);
    return value === undefined ? [] : [`--${name} ${quoted(value)}`];
  });
  return ["scrim", command, ...given].join(" ");
}

/** A word for a shell. */
export function quoted(text: string): string {
  return /^[A-Za-z0-9_.,:/@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
