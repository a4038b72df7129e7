import { OperatingError } from "@scrim/errors";
import { compilePolicy, defaultPlan, loadPolicy } from "@scrim/policy";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { explainAttribute } from "../explain/explain-attribute.ts";
import { explainFile } from "../explain/explain-file.ts";

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const file = optionText(input, "otlp");
  const key = optionText(input, "key");
  checkQuestion(input);
  const loaded = loadPolicy(input.operands);
  const plan = input.operands.length === 0 ? defaultPlan() : compilePolicy(loaded.documents, loaded);
  if (file !== undefined) await explainFile(plan, file, input, streams);
  else if (key !== undefined) await explainAttribute(plan, key, input, streams);
  return 0;
}

/** Options that only go with another one. */
const GO_WITH: Readonly<Record<string, "key" | "otlp">> = { value: "key", resource: "key", signal: "otlp" };

function checkQuestion({ options }: CommandInput): void {
  const hint = "scrim policy explain --help";
  if ((options.key === undefined) === (options.otlp === undefined))
    throw new OperatingError("INPUT_INVALID", "one of --key KEY and --otlp FILE is required", { hint });
  for (const [name, other] of Object.entries(GO_WITH)) {
    if (options[name] === undefined || options[other] !== undefined) continue;
    throw new OperatingError("INPUT_INVALID", `goes with --${other}`, { path: `--${name}`, hint });
  }
}
