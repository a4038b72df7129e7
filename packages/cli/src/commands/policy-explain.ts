import type { CommandDefinition } from "../command.ts";
import { SIGNAL_NAMES } from "../shared-options.ts";

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
      choices: SIGNAL_NAMES,
    },
    json: { meaning: "Writes JSON." },
  },
  examples: [
    "scrim policy explain --key customer.full_name",
    "echo -n 'jane@shop.example' | scrim policy explain policy.yaml --key note --value -",
    "scrim policy explain policy.yaml --otlp logs.json",
  ],
  matchesText: true,
  load: () => import("../run/policy-explain.ts"),
};
