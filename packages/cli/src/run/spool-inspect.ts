import { inspectSpool, type LogState } from "@scrim/gateway";
import { type Column, textTable, widthOf } from "../access/text-table.ts";
import type { CommandInput, CommandStreams } from "../command.ts";
import { counted } from "../counted.ts";
import { chosenSpools } from "../spool/chosen-spools.ts";

const COLUMNS: readonly Column[] = [
  { name: "exporter", min: 20 },
  { name: "batches" },
  { name: "items" },
  { name: "newest segment", isOptional: true },
];

export async function run(input: CommandInput, { stdout }: CommandStreams): Promise<number> {
  const logs = chosenSpools(input).flatMap(inspectSpool);
  if (input.options.json === true) stdout.write(`${JSON.stringify(logs.map(summaryOf))}\n`);
  else for (const log of logs) stdout.write(textOf(log, widthOf(stdout)));
  return 0;
}

/** What a log holds: numbers and names of the configuration, nothing of the data. */
function summaryOf({ name, folder, segments, damage, damaged_cursors, cursors, quarantined }: LogState) {
  const waiting = new Map<string, { batches: number; items: number; newest_at_ms: number }>();
  for (const segment of segments) {
    for (const { exporter, records, items } of segment.waiting) {
      const before = waiting.get(exporter) ?? { batches: 0, items: 0, newest_at_ms: 0 };
      waiting.set(exporter, {
        batches: before.batches + records,
        items: before.items + items,
        newest_at_ms: Math.max(before.newest_at_ms, segment.accepted_at_ms),
      });
    }
  }
  return {
    name,
    folder,
    bytes: segments.reduce((sum, { end }) => sum + end, 0),
    segments: segments.map(({ number, first_sequence, last_sequence, end, records, accepted_at_ms }) => ({
      ...{
        number,
        first_sequence,
        last_sequence,
        bytes: end,
        batches: records,
        newest_at_ms: accepted_at_ms,
      },
    })),
    waiting: Object.fromEntries(waiting),
    cursors: cursors.map(({ exporter, next, open }) => ({ exporter, next, open: open.length })),
    damaged: damage.length + damaged_cursors.length,
    quarantined,
  };
}

function textOf(log: LogState, width: number): string {
  const { name, folder, bytes, segments, waiting, damaged, quarantined } = summaryOf(log);
  const batches = segments.reduce((sum, { batches }) => sum + batches, 0);
  const lines = [
    `${name}: ${folder}`,
    `${counted(segments.length, "segment")}, ${counted(bytes, "byte")}, ${batches} ${batches === 1 ? "batch" : "batches"}`,
  ];
  if (damaged > 0) lines.push(`${counted(damaged, "damaged place")}: scrim spool verify says where`);
  if (quarantined > 0) lines.push(`${counted(quarantined, "file")} set aside in ${folder}/quarantine`);
  const rows = Object.entries(waiting).map(([exporter, { batches, items, newest_at_ms }]) => [
    ...[printable(exporter), String(batches), String(items), new Date(newest_at_ms).toISOString()],
  ]);
  const table = rows.length === 0 ? "nothing waits\n" : textTable(COLUMNS, rows, width);
  return `${lines.join("\n")}\n${table}\n`;
}

/** Names come from a file: a terminal must not take one for a command. */
function printable(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, "?");
}
