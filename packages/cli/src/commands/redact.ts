import type { CommandDefinition } from "../command.ts";
import { POLICY_OPTION, SIGNAL_NAMES } from "../shared-options.ts";

const FORMATS = ["text", "jsonl", "otlp-json", "otlp-proto"] as const;
export type RedactFormat = (typeof FORMATS)[number];

export const redactCommand: CommandDefinition = {
  name: "redact",
  summary: "Redacts standard input to standard output.",
  details: [
    "text: each line like a log body; a PEM block is taken as one. jsonl: a JSON value on each line.",
    "otlp-json: an OTLP export request on each line, as the Collector's file exporter writes them, or one document;",
    "the signal is found in each. A line is answered when it is there, so that a process can be kept and asked again.",
    "otlp-proto: one OTLP export request in protobuf; --signal says which.",
  ].join("\n"),
  options: {
    policy: POLICY_OPTION,
    format: {
      value: "FORMAT",
      meaning: "What comes in, and goes out.",
      short: "f",
      choices: FORMATS,
      default: "text",
    },
    signal: {
      value: "SIGNAL",
      meaning: "Signal of an otlp-proto request.",
      choices: SIGNAL_NAMES,
      default: "logs",
    },
    key: { value: "KEY", meaning: "text: each line is the value of this attribute, rather than a log body." },
  },
  examples: [
    "echo 'login by jane@shop.example' | scrim redact",
    "scrim redact --format otlp-json --policy policy.yaml < logs.json",
  ],
  matchesText: true,
  load: () => import("../run/redact.ts"),
};
