import { didYouMean, OperatingError } from "@scrim/errors";
import { type CommandDefinition, type CommandStreams, parseCommand } from "./command.ts";
import { ACCESS_COMMANDS } from "./commands/access.ts";
import { auditCosignCommand } from "./commands/audit-cosign.ts";
import { auditKeygenCommand } from "./commands/audit-keygen.ts";
import { auditProveCommand } from "./commands/audit-prove.ts";
import { auditShowCommand } from "./commands/audit-show.ts";
import { auditVerifyCommand } from "./commands/audit-verify.ts";
import { auditWitnessCommand } from "./commands/audit-witness.ts";
import { detectCommand } from "./commands/detect.ts";
import { gatewayCommand, gatewayPrintConfigCommand, gatewayValidateCommand } from "./commands/gateway.ts";
import { grantCreateCommand } from "./commands/grant-create.ts";
import { grantDecodeCommand } from "./commands/grant-decode.ts";
import { grantEnrolCommand } from "./commands/grant-enrol.ts";
import { grantKeygenCommand } from "./commands/grant-keygen.ts";
import { grantListCommand } from "./commands/grant-list.ts";
import { grantRevokeCommand } from "./commands/grant-revoke.ts";
import { grantServeCommand } from "./commands/grant-serve.ts";
import { grantSignKeysCommand } from "./commands/grant-sign-keys.ts";
import { CENTRAL_POLICY_COMMANDS } from "./commands/policy-central.ts";
import { policyCheckCommand } from "./commands/policy-check.ts";
import { policyDiffCommand } from "./commands/policy-diff.ts";
import { policyExplainCommand } from "./commands/policy-explain.ts";
import { policyLintCommand } from "./commands/policy-lint.ts";
import { redactCommand } from "./commands/redact.ts";
import { revealCommand } from "./commands/reveal.ts";
import { revealKeygenCommand } from "./commands/reveal-keygen.ts";
import { revealServeCommand } from "./commands/reveal-serve.ts";
import { SPOOL_COMMANDS } from "./commands/spool.ts";
import { commandHelp, programHelp } from "./help.ts";
import { version } from "./version.ts";

export const COMMANDS: readonly CommandDefinition[] = [
  gatewayCommand,
  gatewayValidateCommand,
  gatewayPrintConfigCommand,
  redactCommand,
  detectCommand,
  policyCheckCommand,
  policyLintCommand,
  policyExplainCommand,
  policyDiffCommand,
  ...CENTRAL_POLICY_COMMANDS,
  grantKeygenCommand,
  grantSignKeysCommand,
  grantEnrolCommand,
  grantCreateCommand,
  grantListCommand,
  grantRevokeCommand,
  grantServeCommand,
  grantDecodeCommand,
  ...ACCESS_COMMANDS,
  auditKeygenCommand,
  auditVerifyCommand,
  auditShowCommand,
  auditProveCommand,
  auditCosignCommand,
  auditWitnessCommand,
  revealKeygenCommand,
  revealServeCommand,
  revealCommand,
  ...SPOOL_COMMANDS,
];

/** Exit codes: 0 done, 1 the input or the world was at fault, 2 the command line was; 3 only `audit verify` has. */
const USAGE_EXIT = 2;
/** As in sysexits.h: an internal software error. */
const INTERNAL_EXIT = 70;

/** Runs one command line; errors of the world are printed as an error line and a hint. Returns the exit code. */
export async function runProgram(args: readonly string[], streams: CommandStreams): Promise<number> {
  const [first] = args;
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    (first === undefined ? streams.stderr : streams.stdout).write(programHelp(COMMANDS, version()));
    return first === undefined ? USAGE_EXIT : 0;
  }
  if (first === "--version" || first === "-V") {
    streams.stdout.write(`${version()}\n`);
    return 0;
  }
  const command = commandOf(args);
  if (command === undefined) return unknownCommand(args, streams);
  const rest = args.slice(command.name.split(" ").length);
  if (rest.includes("--help") || rest.includes("-h")) {
    streams.stdout.write(commandHelp(command));
    return 0;
  }
  try {
    const input = parseCommand(command, rest);
    if (command.matchesText === true) await warnOfEngine(command.name, streams);
    const { run } = await command.load();
    return await run(input, streams);
  } catch (error) {
    if (!(error instanceof OperatingError)) return internalError(command.name, error, streams);
    printError(command.name, error, streams);
    return error.code === "INPUT_INVALID" ? USAGE_EXIT : 1;
  }
}

async function warnOfEngine(name: string, { stderr }: CommandStreams): Promise<void> {
  const { expressionEngineWarning } = await import("@scrim/detect");
  const warning = expressionEngineWarning();
  if (warning !== undefined) stderr.write(`${name}: warning: ${warning}\n`);
}

/** Names have several words: `access request capture`. */
function commandOf(args: readonly string[]): CommandDefinition | undefined {
  const isNamed = ({ name }: CommandDefinition) => name.split(" ").every((word, at) => word === args[at]);
  return COMMANDS.filter(isNamed).toSorted((one, other) => other.name.length - one.name.length)[0];
}

function unknownCommand(args: readonly string[], streams: CommandStreams): number {
  const groups = [args.slice(0, 2), args.slice(0, 1)].map((words) => words.join(" "));
  const group = groups.find((name) => COMMANDS.some((command) => command.name.startsWith(`${name} `)));
  const known = COMMANDS.filter(({ name }) => group === undefined || name.startsWith(`${group} `));
  const names = known.map(({ name }) => name);
  const near = didYouMean(args.slice(0, 2).join(" "), names) ?? didYouMean(args[0] ?? "", names);
  const hint =
    near === undefined
      ? `commands are: ${names.join(", ")}`
      : `did you mean "scrim ${near}"? scrim --help lists all commands`;
  streams.stderr.write(
    `scrim: error: ${group === undefined ? "no such command" : `${group} needs a subcommand`}\n`,
  );
  streams.stderr.write(`scrim: hint: ${hint}\n`);
  return USAGE_EXIT;
}

/** A fault of ours. Where it happened, and not its message, which may hold what was being read. */
function internalError(name: string, error: unknown, streams: CommandStreams): number {
  const place = error instanceof Error ? /^ +at .*$/m.exec(error.stack ?? "")?.[0].trim() : undefined;
  streams.stderr.write(`${name}: error: internal: ${(error as Error)?.name ?? "unknown"} ${place ?? ""}\n`);
  streams.stderr.write(`${name}: hint: this is a bug; please report it with this line\n`);
  return INTERNAL_EXIT;
}

function printError(name: string, error: OperatingError, streams: CommandStreams): void {
  streams.stderr.write(`${name}: error: ${error.line}\n`);
  if (error.hint !== undefined) streams.stderr.write(`${name}: hint: ${error.hint}\n`);
}
