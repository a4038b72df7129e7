import { utf16Offsets } from "@scrim/detect";
import type { CommandInput, CommandStreams } from "../command.ts";
import { linesOf, write } from "../lines.ts";
import { planOf } from "../policy-option.ts";

export async function run(input: CommandInput, { stdin, stdout, stderr }: CommandStreams): Promise<number> {
  const { scanner } = planOf(input);
  let failures = 0;
  let number = 0;
  for await (const line of linesOf(stdin)) {
    number++;
    if (line.length === 0) continue;
    const row = readRow(line);
    if (row === undefined) {
      failures++;
      stderr.write(
        `detect: error: line ${number}: expected {"text": string, "key"?: string} [INPUT_INVALID]\n`,
      );
      await write(stdout, `${JSON.stringify({ findings: [], error: "INPUT_INVALID" })}\n`);
      continue;
    }
    const bytes = Buffer.from(row.text);
    const { findings, scannedTo } = scanner.scan(bytes, row.key);
    const found = utf16Offsets(row.text, findings).map(({ start, end, detector }) => ({
      start,
      end,
      type: detector.type,
      detector: detector.id,
    }));
    const rest = scannedTo < bytes.length ? { scanned_to: bytes.toString("utf8", 0, scannedTo).length } : {};
    await write(stdout, `${JSON.stringify({ findings: found, ...rest })}\n`);
  }
  return failures === 0 ? 0 : 1;
}

function readRow(line: Buffer): { text: string; key: string | undefined } | undefined {
  try {
    const row = JSON.parse(line.toString()) as { text?: unknown; key?: unknown } | null;
    if (typeof row?.text !== "string") return undefined;
    if (row.key !== undefined && row.key !== null && typeof row.key !== "string") return undefined;
    return { text: row.text, key: row.key ?? undefined };
  } catch {
    return undefined;
  }
}
