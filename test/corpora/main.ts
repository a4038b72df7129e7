/**
 * `pnpm test:corpora`: how well the detectors do on data that others made. One `scrim detect` process a file.
 * The data is not part of this repository: `SCRIM_DATA` names its folder. `--write` puts the tables into
 * test/corpora/README.md.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DETECTORS } from "@scrim/detect";
import { type Cell, type Hit, type Row, scoresOf, Table } from "./score.ts";
import { scrim } from "./scrim.ts";

const ROOT = join(import.meta.dirname, "../..");
const CORPORA = join(process.env.SCRIM_DATA ?? join(ROOT, "../shared/data"), "corpora");

/** Log files without personal data: every changed line is one too many. */
const CLEAN_LOGS = ["Android", "BGL", "HDFS", "Hadoop", "OpenStack", "Spark"].map(
  (name) => `loghub_${name}.log.gz`,
);
const ADDRESSES = new Set(["ip_address", "mac_address"]);

/** Published patterns of 2022 on the same rows: what we must not fall behind. Recall, precision, false hits. */
const REFERENCE: Readonly<
  Record<string, readonly [recall: number, precision: number | undefined, wrong: number | undefined]>
> = {
  "ip_address sdlog": [99.8, 99.5, 3],
  "ip_address presidio": [92.0, 82.5, 4],
  "mac_address sdlog": [100, 100, 0],
  "credit_card presidio_research_tests": [100, 100, undefined],
  "credit_card validatorjs": [93.8, undefined, 0],
  "email presidio_research_tests": [100, 100, undefined],
  "iban iban_js": [100, undefined, 0],
  "iban presidio": [96.9, 100, 0],
  "iban presidio_research_tests": [89.3, 100, undefined],
  "secret gitleaks": [11.8, 81.1, 46],
  "secret noseyparker": [10.3, 83.3, 7],
  "secret detect_secrets": [5.1, 100, 5],
};

const read = (file: string) => gunzipSync(readFileSync(join(CORPORA, file))).toString();
const linesOf = (text: string) =>
  text.split("\n").filter((line, index, all) => line !== "" || index < all.length - 1);

async function detect(
  rows: readonly { readonly text: string; readonly key?: string | undefined }[],
): Promise<Hit[][]> {
  const input = rows.map(({ text, key }) => `${JSON.stringify({ text, key })}\n`).join("");
  const output = await scrim(["detect"], input);
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { findings: Hit[] }).findings);
}

const percent = (value: number | undefined) => (value === undefined ? "–" : (value * 100).toFixed(1));

function cellRow(file: string, family: string, cell: Cell): string[] {
  const { recall, precision, f1 } = scoresOf(cell);
  const reference = REFERENCE[`${family} ${file}`];
  return [
    file,
    family,
    String(cell.truePositives + cell.falseNegatives),
    percent(precision),
    percent(recall),
    percent(f1),
    `${cell.falseNegativeRows} / ${cell.negatives}`,
    reference === undefined
      ? ""
      : `P ${reference[1] ?? "–"} R ${reference[0]}${reference[2] === undefined ? "" : `, ${reference[2]} wrong`}`,
    reference === undefined ? "" : isNoWorse(cell, reference) ? "yes" : "**no**",
  ];
}

function isNoWorse(cell: Cell, [recall, precision, wrong]: (typeof REFERENCE)[string]): boolean {
  const scores = scoresOf(cell);
  const rounded = (value: number | undefined) => Math.round((value ?? 0) * 1000) / 10;
  return (
    rounded(scores.recall) >= recall &&
    (precision === undefined || scores.precision === undefined || rounded(scores.precision) >= precision) &&
    (wrong === undefined || cell.falseNegativeRows <= wrong)
  );
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

async function labelledTable(): Promise<string> {
  const rows: string[][] = [];
  for (const file of readdirSync(CORPORA)
    .filter((name) => name.endsWith(".jsonl.gz"))
    .sort()) {
    const labelled = linesOf(read(file)).map((line) => JSON.parse(line) as Row);
    const found = await detect(labelled);
    const table = new Table(DETECTORS.map(({ type }) => type));
    for (const [index, row] of labelled.entries()) table.add(row, found[index]!);
    for (const [family, cell] of [...table.cells].sort()) {
      if (cell.truePositives + cell.falseNegatives + cell.falsePositives + cell.falseNegativeRows === 0)
        continue;
      rows.push(cellRow(file.replace(".jsonl.gz", ""), family, cell));
    }
  }
  const head = [
    "file",
    "type",
    "positives",
    "precision %",
    "recall %",
    "F1 %",
    "wrong / negatives",
    "reference",
    "no worse",
  ];
  return markdown(head, rows);
}

async function cleanLogTable(): Promise<string> {
  const rows: string[][] = [];
  const total = { lines: 0, found: 0, changed: 0 };
  for (const file of CLEAN_LOGS) {
    const text = read(file);
    const lines = linesOf(text);
    const found = (await detect(lines.map((line) => ({ text: line })))).filter((hits) =>
      hits.some(({ type }) => !ADDRESSES.has(type)),
    ).length;
    const redacted = linesOf(await scrim(["redact"], text));
    const changed = lines.filter((line, index) => redacted[index] !== line).length;
    total.lines += lines.length;
    total.found += found;
    total.changed += changed;
    rows.push(logRow(file.replace(".log.gz", ""), lines.length, found, changed));
  }
  rows.push(logRow("all", total.lines, total.found, total.changed));
  return markdown(
    ["file", "lines", "changed per 1,000 without IP and MAC", "changed per 1,000 by the default policy"],
    rows,
  );
}

function logRow(name: string, lines: number, found: number, changed: number): string[] {
  const perThousand = (n: number) => ((1000 * n) / lines).toFixed(2);
  return [name, String(lines), perThousand(found), perThousand(changed)];
}

if (!existsSync(CORPORA)) {
  console.log("skipped: SCRIM_DATA names no folder with corpora");
} else {
  const report = [
    `Made with \`./bin/pnpm test:corpora --write\`, ${DETECTORS.length} detectors.`,
    "## Labelled rows",
    await labelledTable(),
    "## Log lines without personal data",
    await cleanLogTable(),
  ].join("\n\n");
  console.log(report);
  if (process.argv.includes("--write")) {
    const file = join(import.meta.dirname, "README.md");
    const marker = "<!-- results -->";
    const [before = ""] = readFileSync(file, "utf8").split(marker);
    writeFileSync(file, `${before}${marker}\n\n${report}\n`);
  }
}
