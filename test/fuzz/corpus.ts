import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Input } from "./parser.ts";

const FOLDER = join(import.meta.dirname, "corpus");
const FINDINGS = join(import.meta.dirname, "findings");

/** Inputs that are kept for a parser, and the largest of them: a corpus is read by people, too. */
const FILES_MAX = 32;
const BYTES_MAX = 1_024;

/** What earlier runs kept, each in a file that is named for its variant and content. */
export function readCorpus(parser: string): Input[] {
  const folder = join(FOLDER, parser);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .map((file) => readInput(join(folder, file)));
}

/** Adds inputs of a run while there is room, of every size that is kept. */
export function addToCorpus(parser: string, kept: readonly Input[]): void {
  const folder = join(FOLDER, parser);
  mkdirSync(folder, { recursive: true });
  const room = FILES_MAX - readdirSync(folder).length;
  const small = kept.filter(({ bytes }) => bytes.length <= BYTES_MAX);
  const sorted = small.toSorted((a, b) => a.bytes.length - b.bytes.length);
  for (let n = 0; n < room && n < sorted.length; n++) {
    const input = sorted[Math.floor((n * sorted.length) / Math.min(room, sorted.length))]!;
    writeFileSync(join(folder, fileName(input)), input.bytes);
  }
}

/** Writes the input of a finding down; returns the file. */
export function writeFinding(parser: string, input: Input): string {
  mkdirSync(FINDINGS, { recursive: true });
  const file = join(FINDINGS, `${parser}.${fileName(input)}`);
  writeFileSync(file, input.bytes);
  return file;
}

/** An input from its file: `logs-3f2a….bin`, perhaps with the parser's name before it. */
export function readInput(file: string): Input {
  const variant = /([^./]+)-[0-9a-f]+\.bin$/.exec(file)?.[1] ?? "";
  return { variant: variant.replaceAll("_", " "), bytes: readFileSync(file) };
}

function fileName({ variant, bytes }: Input): string {
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  return `${variant.replaceAll(" ", "_")}-${digest}.bin`;
}
