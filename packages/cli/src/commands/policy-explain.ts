import { OperatingError } from "@scrim/errors";
import { compilePolicy, defaultPlan, loadPolicy } from "@scrim/policy";
import { SIGNALS } from "@scrim/wire";
import { type CommandDefinition, type CommandInput, optionText } from "../command.ts";
import { explainAttribute } from "../explain/explain-attribute.ts";
import { explainFile } from "../explain/explain-file.ts";

export const policyExplainCommand: CommandDefinition = {
  name: "policy explain",
  summary: "Says what happens to attributes, what decides, and what would change it.",
  details: [
    "Operands are policy files, base first; without one, the default policy. Asks for one of:",
    "--key: an attribute. With --value also what is found in that value, which is shown only as what it becomes.",
    "--otlp: every key in a file of OTLP JSON (a document, or one on each line) or protobuf. Values are not shown.",
  ].join("\n"),
  operands: { usage: "[FILE...]", min: 0, max: 16 },
  options: {
    key: { value: "KEY", meaning: "Attribute key or path.", short: "k" },
    value: { value: "TEXT", meaning: "A value to try; - reads it from standard input." },
    resource: { value: "KEY=VALUE", meaning: "Resource attribute, for `where` clauses.", multiple: true },
    otlp: { value: "FILE", meaning: "A file of export requests; - reads standard input." },
    signal: {
      value: "SIGNAL",
      meaning: "Signal of the requests in the file. Found in them where it is not given.",
      choices: SIGNALS,
    },
    json: { meaning: "Writes JSON." },
  },
  examples: [
    "scrim policy explain --key customer.full_name",
    "echo -n 'jane@shop.example' | scrim policy explain policy.yaml --key note --value -",
    "scrim policy explain policy.yaml --otlp logs.json",
  ],
  async run(input, streams) {
    const file = optionText(input, "otlp");
    const key = optionText(input, "key");
    checkQuestion(input);
    const loaded = loadPolicy(input.operands);
    const plan = input.operands.length === 0 ? defaultPlan() : compilePolicy(loaded.documents, loaded);
    if (file !== undefined) await explainFile(plan, file, input, streams);
    else if (key !== undefined) await explainAttribute(plan, key, input, streams);
    return 0;
  },
};

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
