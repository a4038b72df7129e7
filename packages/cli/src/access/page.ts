/** Where lines begin that stand behind a label. */
const INDENT = 12;

export type Field = readonly [label: string, lines: readonly string[]];

/** Fields under each other, each with its label. */
export function pageOf(fields: readonly Field[]): string {
  return fields
    .flatMap(([label, lines]) => lines.map((line, at) => `${(at === 0 ? label : "").padEnd(INDENT)}${line}`))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}
