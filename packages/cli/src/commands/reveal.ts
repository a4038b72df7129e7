import type { CommandDefinition } from "../command.ts";

export const revealCommand: CommandDefinition = {
  name: "reveal",
  summary: "Opens the sealed values in lines that pass through, as far as your grants allow.",
  details: [
    "Reads FILEs, or standard input, and writes the lines with values in the place of tokens. Tokens that are not opened for you stay as they are: why is not told.",
    "Each token is asked for once. Every value that is opened counts for its grant, and is an entry in the service's audit log with your pseudonym.",
    "Control characters in values are written out, so that no value ends its line or speaks to your terminal. In URLs values are percent-encoded.",
    "Exit codes: 0 all were opened, 1 some were not, 2 the command line is wrong.",
  ].join("\n"),
  operands: { usage: "[FILE...]", min: 0, max: 1_024 },
  options: {
    url: { value: "URL", meaning: "The reveal service: https://reveal.internal.", required: true },
    "token-file": {
      value: "FILE",
      meaning: "Your token for it, in a file of mode 0600.",
      required: true,
    },
    grant: { value: "ID", meaning: "The grant that is to open them. Without it, any that you hold." },
    json: { meaning: "Lines are JSON, and stay so: values are escaped as the texts they stand in need it." },
  },
  examples: [
    "kubectl logs checkout | scrim reveal --url https://reveal.internal --token-file ~/.scrim-token",
    "scrim reveal --url https://reveal.internal --token-file ~/.scrim-token --json records.jsonl | jq .",
  ],
  load: () => import("../run/reveal.ts"),
};
