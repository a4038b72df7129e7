import { linesOf, write } from "../lines.ts";
import type { AskedTokens } from "./asked-tokens.ts";
import { tokenPlaces, withValues } from "./line-tokens.ts";

/** Lines that wait for their values, and their bytes: then the reader waits. */
const LINES_MAX = 1_024;
const BYTES_MAX = 64 << 20;

const NEWLINE = Buffer.from("\n");

/**
 * Writes the lines of a stream in their order, each as soon as those before it are written and its own tokens are answered.
 *
 * @throws what asking or writing throws; what was written by then stays
 */
export async function revealLines(
  input: AsyncIterable<Buffer>,
  output: NodeJS.WritableStream,
  asked: AskedTokens,
  isJson: boolean,
): Promise<void> {
  let written = Promise.resolve();
  let failed = false;
  let lines = 0;
  let bytes = 0;
  for await (const line of linesOf(input)) {
    if (failed) break;
    const opened = openLine(line, asked, isJson);
    opened.catch(() => {}); // thrown where it is waited for
    lines++;
    bytes += line.length;
    written = written.then(async () => {
      await write(output, Buffer.concat([await opened, NEWLINE]));
      lines--;
      bytes -= line.length;
    });
    written.catch(() => {
      failed = true;
    });
    if (lines >= LINES_MAX || bytes >= BYTES_MAX) await written;
  }
  await written;
}

async function openLine(line: Buffer, asked: AskedTokens, isJson: boolean): Promise<Buffer> {
  const places = tokenPlaces(line);
  if (places.length === 0) return line;
  const values = await Promise.all(places.map(({ token }) => asked.valueOf(token)));
  return withValues(line, places, values, isJson);
}
