import { parseArgs } from "node:util";
import { OperatingError } from "@scrim/errors";

/** One option of a command. Parsing, help and tests are all made from this. */
export interface OptionDefinition {
  /** What the value is called in help: `FILE`; absent for a switch. */
  readonly value?: string;
  readonly meaning: string;
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly required?: boolean;
  /** The values it may have. */
  readonly choices?: readonly string[];
  readonly default?: string;
}

/** What a command gets: options by name, then what stands behind them. */
export interface CommandInput {
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly operands: readonly string[];
}

/** Where a command reads and writes: the process's own streams, or a test's. */
export interface CommandStreams {
  readonly stdin: AsyncIterable<Buffer>;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** What a command does, in a file of its own under `run/`. */
interface CommandImplementation {
  /** Returns the exit code: 0 done, 1 the input was at fault. */
  run(input: CommandInput, streams: CommandStreams): Promise<number>;
}

/**
 * A command is data: usage, help and parsing are made from it. What it does is loaded when it runs, with the packages that it needs: a
 * process that prints help, or runs another command, doesn't wait for them.
 */
export interface CommandDefinition {
  /** `policy check` */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Further paragraphs of help. */
  readonly details?: string;
  /** What stands behind the options: `FILE...` */
  readonly operands?: { readonly usage: string; readonly min: number; readonly max: number };
  readonly options: Readonly<Record<string, OptionDefinition>>;
  readonly examples: readonly string[];
  /** Whether it matches expressions, and has no log of its own to say by what engine. */
  readonly matchesText?: boolean;
  load(): Promise<CommandImplementation>;
}

/** @throws {OperatingError} `INPUT_INVALID`, with the option as path, for arguments the command doesn't know */
export function parseCommand(command: CommandDefinition, args: readonly string[]): CommandInput {
  const help = `scrim ${command.name} --help`;
  const parsed = parse(command, args, help);
  for (const [name, option] of Object.entries(command.options)) {
    const value = parsed.options[name];
    if (value === undefined && option.required === true) {
      throw new OperatingError("INPUT_INVALID", `--${name} ${option.value ?? ""} is required`, {
        hint: help,
      });
    }
    if (option.choices !== undefined && typeof value === "string" && !option.choices.includes(value)) {
      throw new OperatingError("INPUT_INVALID", `not a value of --${name}`, {
        path: `--${name}`,
        hint: `it is one of: ${option.choices.join(", ")}`,
      });
    }
  }
  const { min = 0, max = 0 } = command.operands ?? {};
  if (parsed.operands.length < min || parsed.operands.length > max) {
    const wanted = command.operands === undefined ? "no operands" : command.operands.usage;
    throw new OperatingError("INPUT_INVALID", `expected ${wanted}, got ${parsed.operands.length} operands`, {
      hint: help,
    });
  }
  return parsed;
}

function parse(command: CommandDefinition, args: readonly string[], help: string): CommandInput {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(command.options).map(([name, option]) => [name, toParseArgs(option)]),
      ),
    });
    return { options: values as CommandInput["options"], operands: positionals };
  } catch (error) {
    // Node's message names the option, and the value only where that stands in its place.
    const name = /'(-{1,2}[A-Za-z][\w-]*)/.exec((error as Error).message)?.[1];
    const known = Object.keys(command.options).map((option) => `--${option}`);
    throw new OperatingError(
      "INPUT_INVALID",
      name === undefined ? "arguments can't be read" : `can't use ${name}`,
      {
        hint: known.length === 0 ? help : `options here are: ${known.join(", ")}; see ${help}`,
      },
    );
  }
}

function toParseArgs(option: OptionDefinition): {
  type: "string" | "boolean";
  short?: string;
  multiple?: boolean;
  default?: string;
} {
  return {
    type: option.value === undefined ? "boolean" : "string",
    ...(option.short !== undefined && { short: option.short }),
    ...(option.multiple !== undefined && { multiple: option.multiple }),
    ...(option.default !== undefined && { default: option.default }),
  };
}

/** A string option, by name. */
export function optionText(input: CommandInput, name: string): string | undefined {
  const value = input.options[name];
  return typeof value === "string" ? value : undefined;
}

/** An option that may be given several times, by name. */
export function optionList(input: CommandInput, name: string): readonly string[] {
  const value = input.options[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
