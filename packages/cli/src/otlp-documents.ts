import { OperatingError } from "@scrim/errors";
import { SIGNALS, type Signal } from "@scrim/wire";
import { LINE_BYTES_MAX, linesOf } from "./lines.ts";

/** The member of an OTLP JSON document that names its signal. */
const SIGNAL_MEMBERS: Readonly<Record<Signal, string>> = {
  logs: "resourceLogs",
  traces: "resourceSpans",
  metrics: "resourceMetrics",
  profiles: "resourceProfiles",
};

const NEWLINE = Buffer.from("\n");

/**
 * The OTLP JSON documents of a stream: lines that are documents of their own, or, where the first line is none, all
 * of it as one.
 *
 * @throws {OperatingError} `TOO_LARGE` for a document over 64 MiB
 */
export async function* otlpDocuments(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const lines = linesOf(stream);
  const first = await lines.next();
  if (first.done === true) return;
  const head = Buffer.from(first.value);
  if (!isWhole(head)) {
    yield await rest(head, lines);
    return;
  }
  yield head;
  for await (const line of lines) if (line.length > 0) yield line;
}

async function rest(head: Buffer, lines: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts = [head];
  let length = head.length;
  for await (const line of lines) {
    length += line.length + 1;
    if (length > LINE_BYTES_MAX)
      throw new OperatingError("TOO_LARGE", `the document is longer than ${LINE_BYTES_MAX} bytes`);
    parts.push(NEWLINE, Buffer.from(line));
  }
  return Buffer.concat(parts);
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

/** The signal of an OTLP JSON document, by the member that it has. What is broken otherwise, the decoder says. */
export function signalOf(json: Buffer): Signal {
  let document: unknown;
  try {
    document = JSON.parse(json.toString());
  } catch {
    return "logs";
  }
  if (typeof document !== "object" || document === null || Object.keys(document).length === 0) return "logs";
  const signal = SIGNALS.find((each) => Object.hasOwn(document, SIGNAL_MEMBERS[each]));
  if (signal !== undefined) return signal;
  throw new OperatingError("JSON_MAPPING", "the document is no OTLP export request", {
    hint: `it has one of: ${Object.values(SIGNAL_MEMBERS).join(", ")}`,
  });
}
