import { OperatingError } from "@scrim/errors";
import { createRedactor, type Redactor } from "@scrim/redact";
import { jsonToProto, protoToJson, type Signal } from "@scrim/wire";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import type { RedactFormat } from "../commands/redact.ts";
import { allBytes, LINE_BYTES_MAX, linesOf, write } from "../lines.ts";
import { otlpDocuments, signalOf } from "../otlp-documents.ts";
import { planOf } from "../policy-option.ts";

/** A PEM block longer than this is no key; what was kept together is let go. */
const PEM_BYTES_MAX = 64 * 1024;
const PEM_LINE_BYTES_MAX = 256;

export async function run(input: CommandInput, streams: CommandStreams): Promise<number> {
  const redactor = createRedactor(planOf(input));
  switch (optionText(input, "format") as RedactFormat) {
    case "text":
      return redactText(redactor, optionText(input, "key"), streams);
    case "jsonl":
      return redactJsonLines(redactor, streams);
    case "otlp-json":
      return redactOtlpJson(redactor, streams);
    case "otlp-proto": {
      const request = await allBytes(streams.stdin, LINE_BYTES_MAX);
      await write(streams.stdout, redactor.redact(optionText(input, "signal") as Signal, request).bytes);
      return 0;
    }
  }
}

/** Each line is one text; lines of a PEM block, which only say something together, are one. */
async function redactText(
  redactor: Redactor,
  key: string | undefined,
  { stdin, stdout }: CommandStreams,
): Promise<number> {
  let block: Buffer[] = [];
  let blockBytes = 0;
  const flush = async () => {
    if (block.length === 0) return;
    const { bytes } = redactor.redactText(
      Buffer.concat(block.flatMap((line, at) => (at === 0 ? [line] : [NEWLINE, line]))),
      key,
    );
    block = [];
    blockBytes = 0;
    await write(stdout, Buffer.concat([bytes, NEWLINE]));
  };
  for await (const line of linesOf(stdin)) {
    const inBlock = block.length > 0;
    const ends = line.includes("-----END ");
    if (inBlock && !ends && (!isPemLine(line) || blockBytes > PEM_BYTES_MAX)) await flush();
    block.push(Buffer.from(line));
    blockBytes += line.length;
    const opens = block.length === 1 && line.includes("-----BEGIN ") && !ends;
    if (ends || (block.length === 1 && !opens)) await flush();
  }
  await flush();
  return 0;
}

/** Base64, a header (`Proc-Type: 4,ENCRYPTED`) or nothing: what PEM has between its two lines. RFC 7468. */
function isPemLine(line: Buffer): boolean {
  if (line.length > PEM_LINE_BYTES_MAX) return false;
  return /^(?:[A-Za-z0-9+/=]*|[A-Za-z-]+: .*)\s*$/.test(line.toString("latin1"));
}

/** A JSON value a line. Where the whole of one is withheld, its label is written as a JSON string. */
async function redactJsonLines(redactor: Redactor, { stdin, stdout }: CommandStreams): Promise<number> {
  for await (const line of linesOf(stdin)) {
    const { bytes } = redactor.redactText(line);
    const text =
      bytes !== line && bytes.indexOf("[WITHHELD:") === 0 ? JSON.stringify(bytes.toString()) : bytes;
    await write(stdout, text);
    await write(stdout, "\n");
  }
  return 0;
}

const NEWLINE = Buffer.from("\n");

async function redactOtlpJson(redactor: Redactor, { stdin, stdout }: CommandStreams): Promise<number> {
  let number = 0;
  for await (const json of otlpDocuments(stdin)) {
    number++;
    await write(stdout, `${redactedRequest(redactor, json, number)}\n`);
  }
  return 0;
}

/** @throws {OperatingError} what the decoder throws, with the number of the request in its path */
function redactedRequest(redactor: Redactor, json: Buffer, number: number): string {
  try {
    const signal = signalOf(json);
    const { bytes } = redactor.redact(signal, jsonToProto(signal, json));
    return protoToJson(signal, bytes);
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    const { code, message, path, hint } = error;
    const where = path === undefined ? `request ${number}` : `request ${number}: ${path}`;
    throw new OperatingError(code, message, {
      path: where,
      ...(hint !== undefined && { hint }),
      cause: error,
    });
  }
}
