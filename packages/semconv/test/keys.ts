/**
 * `node packages/semconv/test/keys.ts [--write]`: how well keys are recognised, measured on the real names in
 * `keys/`; with `--write` the tables go into the README beside them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resolveAttribute } from "../src/index.ts";

export const HALVES = ["half-1", "half-2"] as const;
type Half = (typeof HALVES)[number];

/** A real name, the class its value should get by the name alone, and who publishes the name. */
interface LabelledKey {
  readonly key: string;
  readonly class: string;
  readonly source: string;
}

interface Quality {
  readonly class: string;
  readonly keys: number;
  /** Of the keys that were given this class, how many have it. */
  readonly precision: number;
  /** Of the keys that have this class, how many were given it. */
  readonly recall: number;
}

/** What is not sensitive by its key alone: it is kept or scanned as any text. */
const NONE = "none";

export function readKeys(half: Half): LabelledKey[] {
  const [, ...rows] = readFileSync(new URL(`keys/${half}.tsv`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return rows.map((row) => {
    const [key, label, source] = row.split("\t");
    return { key: key!, class: label!, source: source! };
  });
}

/** The class that a key gets, as the table counts it: text without structure is what any unknown key gets. */
function classOf(key: string): string {
  const entry = resolveAttribute(key)?.entry;
  if (entry === undefined || (entry.class === "content" && entry.kind === "plain")) return NONE;
  return ["endpoint", "harmless", "infrastructure"].includes(entry.class) ? NONE : entry.class;
}

/** Precision and recall of each class but `none`, and of all together under `all`. */
export function measure(keys: readonly LabelledKey[], classify = classOf): Quality[] {
  const judged = keys.map((row) => ({ expected: row.class, found: classify(row.key) }));
  const classes = [...new Set(keys.map((row) => row.class))].filter((name) => name !== NONE).sort();
  return [...classes, "all"].map((name) => {
    const isOf = (label: string) => (name === "all" ? label !== NONE : label === name);
    const expected = judged.filter((row) => isOf(row.expected));
    const found = judged.filter((row) => isOf(row.found));
    const right = expected.filter((row) => row.expected === row.found).length;
    return {
      class: name,
      keys: expected.length,
      precision: right / found.length,
      recall: right / expected.length,
    };
  });
}

/** Keys that got another class than they should. */
function misjudged(keys: readonly LabelledKey[]): string[] {
  return keys
    .map((row) => ({ ...row, found: classOf(row.key) }))
    .filter((row) => row.found !== row.class)
    .map((row) => `${row.key}: ${row.class}, got ${row.found}`);
}

function table(half: Half): string {
  const keys = readKeys(half);
  const rows = measure(keys).map(
    (row) => `| ${row.class} | ${row.keys} | ${row.precision.toFixed(3)} | ${row.recall.toFixed(3)} |`,
  );
  const sensitive = keys.filter((row) => row.class !== NONE).length;
  return [
    `### ${half}: ${keys.length} keys, ${keys.length - sensitive} of them not sensitive`,
    "",
    "| class | keys | precision | recall |",
    "| --- | --: | --: | --: |",
    ...rows,
  ].join("\n");
}

/** All tables, as the README has them. */
export function tables(): string {
  return HALVES.map(table).join("\n\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--write")) {
    const readme = new URL("keys/README.md", import.meta.url);
    const [head] = readFileSync(readme, "utf8").split("## Measured");
    writeFileSync(readme, `${head}## Measured\n\n${tables()}\n`);
  }
  console.log(tables());
  if (process.argv.includes("--misjudged")) {
    for (const half of HALVES) console.log(`\n${half}\n${misjudged(readKeys(half)).join("\n")}`);
  }
}
