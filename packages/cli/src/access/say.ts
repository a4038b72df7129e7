import type { CommandStreams } from "../command.ts";

/** Lines beside the result, each with the command that says them. */
export interface Say {
  note(text: string): void;
  warning(text: string): void;
  /** The next thing to do. */
  hint(text: string): void;
}

export function sayFor(name: string, { stderr }: Pick<CommandStreams, "stderr">): Say {
  const line = (kind: string) => (text: string) => void stderr.write(`${name}: ${kind}: ${text}\n`);
  return { note: line("note"), warning: line("warning"), hint: line("hint") };
}
