import { createReadStream } from "node:fs";
import { OperatingError } from "@scrim/errors";
import { type CommandInput, type CommandStreams, optionText } from "../command.ts";
import { counted } from "../counted.ts";
import { codeOf, readPrivateFile } from "../grants/private-file.ts";
import { AskedTokens, type TokenCounts } from "../reveal/asked-tokens.ts";
import { createRevealClient } from "../reveal/reveal-client.ts";
import { revealLines } from "../reveal/reveal-lines.ts";

const TOKEN_FILE_BYTES_MAX = 16_384;

export async function run(input: CommandInput, { stdin, stdout, stderr }: CommandStreams): Promise<number> {
  const asked = new AskedTokens(
    createRevealClient({
      url: optionText(input, "url") ?? "",
      credential: readCredential(optionText(input, "token-file") ?? ""),
      grant: optionText(input, "grant"),
    }),
  );
  const isJson = input.options.json === true;
  try {
    if (input.operands.length === 0) await revealLines(stdin, stdout, asked, isJson);
    for (const file of input.operands) await revealLines(bytesOf(file), stdout, asked, isJson);
  } finally {
    stderr.write(`reveal: ${summaryOf(asked.counts)}\n`);
  }
  return asked.counts.refused + asked.counts.unanswered === 0 ? 0 : 1;
}

/** `opened 3 of 5 sealed values; 2 were refused` */
function summaryOf({ opened, refused, unanswered }: TokenCounts): string {
  const all = opened + refused + unanswered;
  return [
    `opened ${opened} of ${counted(all, "sealed value")}`,
    ...(refused === 0 ? [] : [`${refused} ${refused === 1 ? "was" : "were"} refused`]),
    ...(unanswered === 0 ? [] : [`of ${unanswered} the service said nothing`]),
  ].join("; ");
}

/** @throws {OperatingError} `CONFIG_UNREADABLE`, also where others may read it; `INPUT_INVALID` where there is no token in it */
function readCredential(path: string): string {
  const text = readPrivateFile(path, TOKEN_FILE_BYTES_MAX);
  if (text === undefined) throw new OperatingError("CONFIG_UNREADABLE", "no such file", { path });
  const token = text.trim();
  if (/^[!-~]+$/.test(token)) return token;
  throw new OperatingError("INPUT_INVALID", "has no token in it", {
    path,
    hint: "one line, as who runs the service gave it to you",
  });
}

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path);
  } catch (cause) {
    throw new OperatingError("INPUT_INVALID", `can't be read (${codeOf(cause)})`, { path, cause });
  }
}
