/** Scores findings against labelled rows. The rules are those that the corpora come with. */

export interface Hit {
  readonly start: number;
  readonly end: number;
  readonly type: string;
}

/** A labelled row: offsets in UTF-16 units, end exclusive. */
export interface Row {
  readonly text: string;
  readonly key?: string;
  readonly kind: "positive" | "negative";
  readonly spans: readonly Hit[];
  /** On negatives: the types that must not be found; `*` for any. */
  readonly not?: readonly string[];
  readonly tags?: readonly string[];
}

/** What was counted for one family of types in one file. */
export interface Cell {
  truePositives: number;
  falseNegatives: number;
  /** Positives that their origin itself finds only with context: apart. */
  weakTruePositives: number;
  weakFalseNegatives: number;
  falsePositives: number;
  /** Negative rows that name the family, and those of them with a hit of it. */
  negatives: number;
  falseNegativeRows: number;
}

const SECRET = /^(?:api_key|generic_secret|password|private_key|jwt|url_credentials)/;
const LEFT_OUT = new Set(["no-luhn", "identifier", "config-dependent"]);

/** Vendors name secrets differently, so all of them are one family; so are national ids. */
function familyOf(type: string): string {
  if (SECRET.test(type)) return "secret";
  return type.startsWith("national_id") ? "national_id" : type;
}

function overlap(a: Hit, b: Hit): number {
  const both = Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
  return both / (a.end - a.start + b.end - b.start - both);
}

export class Table {
  readonly cells = new Map<string, Cell>();
  readonly #claimed: ReadonlySet<string>;

  /** @param types what the detectors claim to find; other labels are not scored */
  constructor(types: Iterable<string>) {
    this.#claimed = new Set([...types].map(familyOf));
  }

  add(row: Row, hits: readonly Hit[]): void {
    const tags = new Set(row.tags);
    for (const tag of tags) if (LEFT_OUT.has(tag)) return;
    if (row.kind === "negative") this.#addNegative(row, hits, tags.has("whole"));
    else this.#addPositive(row, hits, tags);
  }

  #addNegative(row: Row, hits: readonly Hit[], whole: boolean): void {
    const not = row.not?.[0] === "*" ? [...this.#claimed] : (row.not ?? []).map(familyOf);
    for (const family of not) {
      const cell = this.#cell(family);
      cell.negatives++;
      const wrong = hits.some(
        (hit) => familyOf(hit.type) === family && (!whole || hit.end - hit.start === row.text.length),
      );
      if (wrong) cell.falseNegativeRows++;
    }
  }

  #addPositive(row: Row, hits: readonly Hit[], tags: ReadonlySet<string>): void {
    const weak = tags.has("weak") || tags.has("checksum-only");
    const used = new Set<Hit>();
    for (const span of row.spans) {
      const family = familyOf(span.type);
      if (!this.#claimed.has(family)) continue;
      const enough = family === "secret" ? 0.3 : 0.5;
      const hit = hits.find(
        (one) => !used.has(one) && familyOf(one.type) === family && overlap(one, span) >= enough,
      );
      const cell = this.#cell(family);
      if (hit !== undefined) used.add(hit);
      if (weak) cell[hit === undefined ? "weakFalseNegatives" : "weakTruePositives"]++;
      else cell[hit === undefined ? "falseNegatives" : "truePositives"]++;
    }
    if (tags.has("partial-labels") || tags.has("whole")) return;
    for (const hit of hits)
      if (!used.has(hit) && !isExplained(hit, row)) this.#cell(familyOf(hit.type)).falsePositives++;
  }

  #cell(family: string): Cell {
    let cell = this.cells.get(family);
    if (cell === undefined) {
      cell = {
        truePositives: 0,
        falseNegatives: 0,
        weakTruePositives: 0,
        weakFalseNegatives: 0,
        falsePositives: 0,
        negatives: 0,
        falseNegativeRows: 0,
      };
      this.cells.set(family, cell);
    }
    return cell;
  }
}

/** A hit of `uuid` or `other:*` inside a label `other:*` is neither right nor wrong. */
function isExplained(hit: Hit, { spans }: Row): boolean {
  if (!/^(?:uuid|other)/.test(hit.type)) return false;
  return spans.some((span) => span.type.startsWith("other:") && span.start < hit.end && hit.start < span.end);
}

export interface Scores {
  readonly recall: number | undefined;
  readonly precision: number | undefined;
  readonly f1: number | undefined;
}

export function scoresOf(cell: Cell): Scores {
  const recall = ratio(cell.truePositives, cell.falseNegatives);
  const precision = ratio(cell.truePositives + cell.weakTruePositives, cell.falsePositives);
  const sum = (recall ?? 0) + (precision ?? 0);
  const f1 =
    recall === undefined || precision === undefined || sum === 0 ? undefined : (2 * recall * precision) / sum;
  return { recall, precision, f1 };
}

function ratio(yes: number, no: number): number | undefined {
  return yes + no === 0 ? undefined : yes / (yes + no);
}
