import { OperatingError } from "@scrim/errors";
import { createRedactor, type Redactor } from "@scrim/redact";
import { jsonToProto, protoToJson, SIGNALS, type Signal } from "@scrim/wire";
import { type CommandDefinition, type CommandStreams, optionText } from "../command.ts";
import { allBytes, LINE_BYTES_MAX, linesOf, write } from "../lines.ts";
import { POLICY_OPTION, planOf } from "../policy-option.ts";

const FORMATS = ["text", "jsonl", "otlp-json", "otlp-proto"] as const;

/** The member of an OTLP JSON document that names its signal. */
const SIGNAL_MEMBERS: Readonly<Record<Signal, string>> = {
  logs: "resourceLogs",
  traces: "resourceSpans",
  metrics: "resourceMetrics",
  profiles: "resourceProfiles",
};

/** Lines of a PEM block that are kept together; a key has some fifty. */
const PEM_LINES_MAX = 400;

export const redactCommand: CommandDefinition = {
  name: "redact",
  summary: "Redacts standard input to standard output.",
  details: [
    "text: each line like a log body; a PEM block is taken as one. jsonl: a JSON value on each line.",
    "otlp-json: an OTLP export request on each line, or one document; the signal is found in it.",
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
      choices: SIGNALS,
      default: "logs",
    },
    key: { value: "KEY", meaning: "text: each line is the value of this attribute, rather than a log body." },
  },
  examples: [
    "echo 'login by jane@shop.example' | scrim redact",
    "scrim redact --format otlp-json --policy policy.yaml < logs.json",
  ],
  async run(input, streams) {
    const redactor = createRedactor(planOf(input));
    switch (optionText(input, "format") as (typeof FORMATS)[number]) {
      case "text":
        return redactLines(redactor, optionText(input, "key"), streams);
      case "jsonl":
        return redactLines(redactor, undefined, streams);
      case "otlp-json":
        return redactOtlpJson(redactor, streams);
      case "otlp-proto": {
        const request = await allBytes(streams.stdin, LINE_BYTES_MAX);
        await write(streams.stdout, redactor.redact(optionText(input, "signal") as Signal, request).bytes);
        return 0;
      }
    }
  },
};

async function redactLines(
  redactor: Redactor,
  key: string | undefined,
  { stdin, stdout }: CommandStreams,
): Promise<number> {
  let block: Buffer[] = [];
  const flush = async () => {
    if (block.length === 0) return;
    await write(stdout, redactor.redactText(Buffer.concat(block), key).bytes);
    await write(stdout, "\n");
    block = [];
  };
  for await (const line of linesOf(stdin)) {
    if (block.length > 0) block.push(NEWLINE);
    block.push(Buffer.from(line));
    const opens = block.length === 1 ? line.includes("-----BEGIN ") : true;
    if (!opens || line.includes("-----END ") || block.length > 2 * PEM_LINES_MAX) await flush();
  }
  await flush();
  return 0;
}

const NEWLINE = Buffer.from("\n");

/** Lines that are requests of their own, or, where the first line is none, one document. */
async function redactOtlpJson(redactor: Redactor, { stdin, stdout }: CommandStreams): Promise<number> {
  const lines = linesOf(stdin);
  const first = await lines.next();
  if (first.done === true) return 0;
  const head = Buffer.from(first.value);
  if (!isWhole(head)) {
    const rest = [head];
    let length = head.length;
    for await (const line of lines) {
      length += line.length + 1;
      if (length > LINE_BYTES_MAX)
        throw new OperatingError("TOO_LARGE", `the document is longer than ${LINE_BYTES_MAX} bytes`);
      rest.push(NEWLINE, Buffer.from(line));
    }
    await redactDocument(redactor, Buffer.concat(rest), stdout);
    return 0;
  }
  await redactDocument(redactor, head, stdout);
  for await (const line of lines) if (line.length > 0) await redactDocument(redactor, line, stdout);
  return 0;
}

/** Whether a line closes what it opens; a pretty-printed document's first line doesn't. */
function isWhole(line: Buffer): boolean {
  try {
    JSON.parse(line.toString());
    return true;
  } catch {
    return false;
  }
}

async function redactDocument(
  redactor: Redactor,
  json: Buffer,
  stdout: NodeJS.WritableStream,
): Promise<void> {
  const signal = SIGNALS.find((each) => json.includes(`"${SIGNAL_MEMBERS[each]}"`)) ?? "logs";
  const { bytes } = redactor.redact(signal, jsonToProto(signal, json));
  await write(stdout, `${protoToJson(signal, bytes)}\n`);
}
