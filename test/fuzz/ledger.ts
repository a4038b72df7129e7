import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readCorpus } from "./corpus.ts";
import type { Parser } from "./parser.ts";

const FILE = join(import.meta.dirname, "README.md");
const MARK = "<!-- runs -->";

interface Row {
  readonly executions: number;
  readonly seeds: readonly number[];
  readonly findings: number;
}

/** What runs add to the committed table. */
export interface Run {
  readonly parser: string;
  readonly executions: number;
  readonly seed: number;
  readonly findings: number;
}

/** Adds a run to the table; everything before the mark is left as it is. */
export function addRun(parsers: readonly Parser[], run: Run): void {
  const [page, table = ""] = readFileSync(FILE, "utf8").split(MARK) as [string, string?];
  const rows = readRows(table);
  const before = rows.get(run.parser) ?? { executions: 0, seeds: [], findings: 0 };
  rows.set(run.parser, {
    executions: before.executions + run.executions,
    seeds: [...new Set([...before.seeds, run.seed])].toSorted((a, b) => a - b),
    findings: before.findings + run.findings,
  });
  writeFileSync(FILE, `${page}${MARK}\n\n${written(parsers, rows)}`);
}

function readRows(table: string): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const line of table.split("\n")) {
    const [, name, , executions, , seeds, , findings] = line.split("|").map((cell) => cell.trim());
    if (name === undefined || !/^`/.test(name)) continue;
    rows.set(name.replaceAll("`", ""), {
      executions: Number(executions!.replaceAll(",", "")),
      seeds: seeds!.split(", ").filter(Boolean).map(Number),
      findings: Number(findings),
    });
  }
  return rows;
}

function written(parsers: readonly Parser[], rows: ReadonlyMap<string, Row>): string {
  const lines = parsers.map(({ name, covers, goal }) => {
    const { executions, seeds, findings } = rows.get(name) ?? { executions: 0, seeds: [], findings: 0 };
    const corpus = readCorpus(name).length;
    return `| \`${name}\` | ${covers} | ${grouped(executions)} | ${grouped(goal)} | ${seeds.join(", ")} | ${corpus} | ${findings} |`;
  });
  const total = [...rows.values()].reduce((sum, { executions }) => sum + executions, 0);
  return `| parser | what is run | executions | goal | seeds | corpus | findings |
| --- | --- | ---: | ---: | --- | ---: | ---: |
${lines.join("\n")}

${grouped(total)} executions in all.
`;
}

function grouped(count: number): string {
  return count.toLocaleString("en-US");
}
