import { type AuditEntry, parseCheckpoint, parseEntry, readBundles } from "@scrim/audit";
import { OperatingError } from "@scrim/errors";
import { logSourceOf } from "../audit/log-option.ts";
import { type CommandInput, type CommandStreams, optionList, optionText } from "../command.ts";

const CHECKPOINT_BYTES_MAX = 128 * 1024;

export async function run(input: CommandInput, { stdout, stderr }: CommandStreams): Promise<number> {
  const isWanted = filterOf(input);
  const last = numberOf(input, "last");
  const rows: ShownEntry[] = [];
  let unknown = 0;
  for await (const shown of entriesOf(input.operands[0]!)) {
    if (shown.entry === undefined) unknown++;
    else if (isWanted(shown.entry)) rows.push({ index: shown.index, ...shown.entry });
    if (rows.length > last) rows.shift();
  }
  if (input.options.json === true) for (const row of rows) stdout.write(`${JSON.stringify(row)}\n`);
  else stdout.write(rows.length === 0 ? "no entries\n" : tableOf([HEAD, ...rows.map(cellsOf)]));
  if (unknown > 0)
    stderr.write(`audit show: note: ${unknown} of another form than this version's are left out\n`);
  return 0;
}

type ShownEntry = { readonly index: number } & AuditEntry;

async function* entriesOf(place: string): AsyncGenerator<{ index: number; entry: AuditEntry | undefined }> {
  const source = logSourceOf(place);
  const checkpoint = await source.read("checkpoint", CHECKPOINT_BYTES_MAX);
  if (checkpoint === undefined) {
    throw new OperatingError("INPUT_INVALID", "there is no log", { path: place, hint: "name its folder" });
  }
  const { size } = parseCheckpoint(checkpoint, source.locate("checkpoint"));
  for await (const { first, entries } of readBundles(source, size)) {
    for (const [at, bytes] of entries.entries()) yield { index: first + at, entry: parseEntry(bytes) };
  }
}

function filterOf(input: CommandInput): (entry: AuditEntry) => boolean {
  const kind = optionText(input, "kind");
  const action = optionText(input, "action");
  const who = optionText(input, "who");
  const ids = optionList(input, "id");
  const after = timeOf(input, "after") ?? "";
  const before = timeOf(input, "before");
  return (entry) =>
    (kind === undefined || entry.kind === kind) &&
    (action === undefined || entry.action === action) &&
    (who === undefined || [entry.actor, entry.acting_for, entry.subject].includes(who)) &&
    ids.every((id) => Object.values(entry.ids ?? {}).includes(id)) &&
    entry.time >= after &&
    (before === undefined || entry.time < before);
}

/** Times of entries have one form, in which their order is that of text. */
function timeOf(input: CommandInput, name: string): string | undefined {
  const text = optionText(input, name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return new Date(ms).toISOString();
  throw new OperatingError("INPUT_INVALID", "expected a time", {
    path: `--${name}`,
    hint: "write it like 2027-01-15T08:00:00Z",
  });
}

function numberOf(input: CommandInput, name: string): number {
  const text = optionText(input, name);
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new OperatingError("INPUT_INVALID", "expected a number, 1 or more", { path: `--${name}` });
}

const HEAD = ["INDEX", "TIME", "KIND", "ACTION", "OUTCOME", "WHO", "IDS", "MORE"] as const;

function cellsOf(row: ShownEntry): readonly string[] {
  const { actor, acting_for, subject, ids = {}, facts = {}, policies = [], texts = {} } = row;
  const pairs = (record: Readonly<Record<string, unknown>>) =>
    Object.entries(record).map(([key, value]) => `${key}=${String(value)}`);
  const who = [actor, acting_for && `for ${acting_for}`, subject && `about ${subject}`];
  const more = [
    ...pairs(facts),
    ...policies.map((id) => `policy=${id}`),
    ...Object.keys(texts).map((key) => `${key}=…`),
  ];
  return [
    String(row.index),
    row.time,
    row.kind,
    row.action,
    row.outcome ?? "",
    who.filter(Boolean).join(" "),
    pairs(ids).join(" "),
    more.join(" "),
  ];
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]!.length), 0),
  );
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
