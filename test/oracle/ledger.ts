import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RunResult } from "./run-seed.ts";
import { WIDE_FROM } from "./wide-plan.ts";

/** The tables of runs in README.md, which grow with every range of seeds. Seeds with wide plans have their own. */

const FILE = join(import.meta.dirname, "README.md");

const COLUMNS = [
  "seeds",
  "runs",
  "durable",
  "delivered",
  "memory",
  "issued",
  "acknowledged",
  "arrived",
  "repeated",
  "failed",
] as const;

type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;

type LedgerName = "narrow" | "wide";

const NAMES: readonly LedgerName[] = ["narrow", "wide"];

interface Ledger {
  readonly rows: readonly Row[];
  readonly faults: ReadonlyMap<string, number>;
}

/** @throws {Error} where a seed of the range is in the table */
export function assertNew(first: number, last: number): void {
  for (const name of NAMES)
    for (const { seeds } of read(name).rows) {
      const [from, to] = rangeOf(seeds);
      if (from <= last && first <= to)
        throw new Error(`seeds ${seeds} are in the table already: each run counts once`);
    }
}

/** Adds one run: to the row that ends just before its seed, or to a new one. */
export function addRun({ plan, records, problems, faults: kinds }: RunResult): void {
  const { seed, gateway } = plan;
  const name = seed < WIDE_FROM ? "narrow" : "wide";
  const { rows, faults } = read(name);
  const added: Readonly<Record<string, number>> = {
    runs: 1,
    [gateway.ack]: 1,
    issued: records.issued,
    acknowledged: records.acknowledged,
    arrived: records.delivered,
    repeated: records.repeated,
    failed: problems.length > 0 ? 1 : 0,
  };
  const before = rows.find(({ seeds }) => rangeOf(seeds)[1] === seed - 1);
  const first = before === undefined ? seed : rangeOf(before.seeds)[0];
  const sums = COLUMNS.map((column) => [
    column,
    String(Number(before?.[column] ?? 0) + (added[column] ?? 0)),
  ]);
  const row: Row = { ...(Object.fromEntries(sums) as Row), seeds: `${first}..${seed}` };
  const more = new Map(faults);
  for (const kind of kinds) more.set(kind, (more.get(kind) ?? 0) + 1);
  const all = [...rows.filter((one) => one !== before), row];
  write(name, { rows: all.toSorted((a, b) => rangeOf(a.seeds)[0] - rangeOf(b.seeds)[0]), faults: more });
}

function rangeOf(seeds: string): readonly [first: number, last: number] {
  const [first = 0, last = first] = seeds.split("..").map(Number);
  return [first, last];
}

const runsOf = (name: LedgerName) => (name === "wide" ? "wide runs" : "runs");
const faultsOf = (name: LedgerName) => (name === "wide" ? "wide faults" : "faults");

function read(name: LedgerName): Ledger {
  const text = readFileSync(FILE, "utf8");
  const cells = (section: string) =>
    between(text, section)
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .slice(2)
      .map((line) =>
        line
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
  const rows = cells(runsOf(name))
    .map((row) => Object.fromEntries(COLUMNS.map((column, index) => [column, row[index] ?? ""])) as Row)
    .filter(({ seeds }) => seeds !== "all");
  return { rows, faults: new Map(cells(faultsOf(name)).map(([kind = "", times]) => [kind, Number(times)])) };
}

function write(name: LedgerName, { rows, faults }: Ledger): void {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const total = COLUMNS.map((column) =>
    column === "seeds" ? "all" : String(rows.reduce((sum, row) => sum + Number(row[column]), 0)),
  );
  const runs = [
    line(COLUMNS),
    `|${COLUMNS.map((column) => (column === "seeds" ? "---|" : "--:|")).join("")}`,
    ...rows.map((row) => line(COLUMNS.map((column) => row[column]))),
    line(total),
  ];
  const kinds = [...faults].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const injected = [
    "| fault | times |",
    "|---|--:|",
    ...kinds.map(([kind, times]) => line([kind, String(times)])),
  ];
  const text = fill(readFileSync(FILE, "utf8"), runsOf(name), runs);
  writeFileSync(FILE, fill(text, faultsOf(name), injected));
}

function fill(text: string, section: string, lines: readonly string[]): string {
  const [begin, end] = [`<!-- ${section} -->`, `<!-- end of ${section} -->`];
  return text.replace(
    begin + between(text, section) + end,
    () => `${begin}\n\n${lines.join("\n")}\n\n${end}`,
  );
}

function between(text: string, section: string): string {
  return text.split(`<!-- ${section} -->`)[1]?.split(`<!-- end of ${section} -->`)[0] ?? "";
}
