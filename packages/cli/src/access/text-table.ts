/** Width of tables where they aren't shown on a terminal. */
const WIDTH = 100;
const WIDTH_MIN = 60;
const GAP = "  ";

export interface Column {
  readonly name: string;
  /** What is left of it at least where the table is too wide. Without it the column is never cut. */
  readonly min?: number;
  /** Whether it is left out where cutting alone doesn't do. */
  readonly isOptional?: boolean;
}

/** How wide a table may be: the terminal, or 100 columns. */
export function widthOf(stream: NodeJS.WritableStream): number {
  const { isTTY, columns } = stream as NodeJS.WriteStream;
  return isTTY && columns > 0 ? Math.max(columns, WIDTH_MIN) : WIDTH;
}

/**
 * Cells in columns, no wider than `width` where the columns that may be cut or left out allow it: of what is too long the beginning is shown, and of
 * the columns that can be spared the last go first.
 */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const spared = columnToSpare(columns, rows, width);
  if (spared !== undefined) {
    const rest = <T>(cells: readonly T[]) => cells.filter((_, at) => at !== spared);
    return textTable(rest(columns), rows.map(rest), width);
  }
  const all = [columns.map(({ name }) => name), ...rows];
  const widths = columns.map((_, at) => Math.max(...all.map((row) => displayWidth(row[at]!))));
  let over = widths.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1)) - width;
  while (over > 0) {
    const at = widestToCut(columns, widths);
    if (at === undefined) break;
    widths[at]!--;
    over--;
  }
  const line = (row: readonly string[]) => row.map((cell, at) => padded(cell, widths[at]!)).join(GAP);
  return all.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** The column that is left out, where the table is too wide however much of it is cut. */
function columnToSpare(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): number | undefined {
  const least = columns.map(({ name, min = Number.POSITIVE_INFINITY }, at) =>
    Math.min(min, Math.max(...[name, ...rows.map((row) => row[at]!)].map(displayWidth))),
  );
  const total = least.reduce((sum, each) => sum + each, GAP.length * (columns.length - 1));
  const at = columns.findLastIndex(({ isOptional }) => isOptional === true);
  return total > width && at >= 0 ? at : undefined;
}

/** The column with the most to give. */
function widestToCut(columns: readonly Column[], widths: readonly number[]): number | undefined {
  let widest: number | undefined;
  for (const [at, { min }] of columns.entries()) {
    if (min === undefined || widths[at]! <= min) continue;
    if (widest === undefined || widths[at]! > widths[widest]!) widest = at;
  }
  return widest;
}

function padded(text: string, width: number): string {
  const cut = cutTo(text, width);
  return cut + " ".repeat(Math.max(0, width - displayWidth(cut)));
}

/** The text, or its beginning with `…`. */
export function cutTo(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    used += displayWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Signs that take two columns of a terminal: near enough to UAX 11 for names and reasons. */
const WIDE =
  /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Emoji_Presentation}|[\u3000-\u303f\uff01-\uff60]/u;

function displayWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
