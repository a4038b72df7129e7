import { writeSync } from "node:fs";
import { inspect } from "node:util";
import type { ExporterLike, LogRecordLike } from "@scrim/otel";

/** A file of its own, so that what left can be told from what a logger prints itself: run with `3>&1 >/dev/null 2>&1`. */
const LEFT = 3;
const SUCCESS = { code: 0 };

/** What a gateway would know a captured record by, and take off: it is another one each time. */
const TOKEN = "scrim.token";

/** Prints what left: severity, body, and each attribute on a line. */
export const printingExporter: ExporterLike<LogRecordLike> = {
  export(records, resultCallback) {
    for (const record of records) writeSync(LEFT, `${shown(record)}\n`);
    resultCallback(SUCCESS);
  },
  shutdown: async () => {},
};

function shown({ severityText, body, attributes }: LogRecordLike): string {
  const lines = [`${severityText} ${withoutFrames(String(body))}`];
  for (const [key, value] of Object.entries(attributes)) {
    if (key === TOKEN) continue;
    const text =
      typeof value === "string"
        ? withoutFrames(value)
        : inspect(value, { depth: null, breakLength: Infinity });
    lines.push(`  ${key}: ${text.replaceAll("\n", "\n    ")}`);
  }
  return lines.join("\n");
}

/** Frames differ from machine to machine: each run of them becomes one line. */
function withoutFrames(text: string): string {
  const lines = text.split("\n");
  const isFrame = (line: string | undefined) => /^ *(?:at |\.\.\. \d+ lines)/.test(line ?? "");
  return lines
    .filter((line, i) => !isFrame(line) || !isFrame(lines[i - 1]))
    .map((line) => line.replace(/^( *)(?:at |\.\.\. \d+ lines).*?( \{)?$/, "$1at …$2"))
    .join("\n");
}
