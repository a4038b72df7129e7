import { type Batch, defineExporter, viewOf } from "@scrim/pipeline";
import { z } from "zod";
import { formatItem, formatPlace } from "./format-item.ts";
import { terminalSafe } from "./terminal-safe.ts";

const DebugConfig = z
  .strictObject({
    verbosity: z.enum(["basic", "normal", "detailed"]).default("normal").meta({
      description:
        "`basic`: a line a batch; `normal`: a line a record; `detailed`: resource and scope as well.",
    }),
  })
  .meta({ id: "DebugConfig", description: "Prints what leaves, and how much was removed." });

type Verbosity = z.output<typeof DebugConfig>["verbosity"];

/** A longer line helps nobody at a terminal. */
const LINE_CHARACTERS_MAX = 4_096;

/** Prints records as they leave, and what was removed as counts by class, never what it was. */
export const debugExporter = defineExporter({
  type: "debug",
  description: "Prints what leaves, and how much was removed.",
  configSchema: DebugConfig,
  create: ({ verbosity }, { print }) => ({
    export(batch) {
      const text = describe(batch, verbosity).map((line) => `${cut(terminalSafe(line))}\n`);
      print(text.join(""));
      return { status: "delivered", rejected: 0 };
    },
  }),
});

function describe(batch: Batch, verbosity: Verbosity): string[] {
  const removed = [...batch.removed].map(([what, n]) => `${n} ${what}`).join(", ");
  if (verbosity === "basic") {
    const line = `${batch.signal}: ${batch.items} items, ${batch.bytes.length} bytes`;
    return [removed === "" ? line : `${line}; removed: ${removed}`];
  }
  const lines = [...viewOf(batch).items()].flatMap((placed) => [
    ...formatItem(batch.signal, placed),
    ...(verbosity === "detailed" ? formatPlace(placed) : []),
  ]);
  return removed === "" ? lines : [...lines, `  removed: ${removed}`];
}

function cut(line: string): string {
  return line.length <= LINE_CHARACTERS_MAX ? line : `${line.slice(0, LINE_CHARACTERS_MAX)}…`;
}
