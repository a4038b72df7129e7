import * as sql from "./sql-tokens.ts";

/** A literal, or what may be one: data. */
export const VALUE = 0;
/** The inside of a comment. */
export const COMMENT = 1;
/** A `?` that stands there. */
export const MARK = 2;
/** `"x"` until the whole statement shows what it is. */
const DOUBLE_QUOTED = 3;

const COLUMNS = 3; // kind, start, end

/** Words that may begin a statement, in any of the dialects. `SET` is left out: Redis has it as well. */
const STATEMENTS: ReadonlySet<string> = new Set(
  (
    "ALTER ANALYZE BEGIN CALL COMMIT CREATE DECLARE DELETE DESCRIBE DO DROP EXEC EXECUTE EXPLAIN GRANT INSERT " +
    "LOCK MERGE PRAGMA REPLACE REVOKE ROLLBACK SAVEPOINT SELECT SHOW START TRUNCATE UPDATE UPSERT USE VACUUM " +
    "VALUES WITH"
  ).split(" "),
);

/** Behind these a `"x"` is an identifier, which MySQL would not take in quotes. */
const BEFORE_TABLES: ReadonlySet<string> = new Set(["FROM", "INTO", "JOIN", "TABLE", "UPDATE"]);

/** How much of `IDENTIFIED BY` was read. */
const NOT_IDENTIFIED = 0;
const IDENTIFIED = 1;
const BY = 2;
/** Words that may stand before the password there. */
const BEHIND_BY: ReadonlySet<string> = new Set(["PASSWORD", "RANDOM", "VALUES"]);

const DOT = 0x2e;
const QUESTION = 0x3f;

/**
 * Says where in a query data stands: literals, and what may be one. Where dialects read the same bytes as
 * different literals, and none of the readings is impossible, all of them count. Used for query after query.
 */
export class SqlSpans {
  /** How many spans there are, in order. */
  length = 0;
  /** The text begins as a statement of SQL does. */
  isSql = false;
  /** Dialects read the statement differently, so that no one knows what is a comment in it. */
  isDisputed = false;
  #rows: number[] = [];
  #others: number[] = [];
  readonly #tokens = new sql.SqlTokens();

  kind(index: number): number {
    return this.#rows[index * COLUMNS]!;
  }

  start(index: number): number {
    return this.#rows[index * COLUMNS + 1]!;
  }

  end(index: number): number {
    return this.#rows[index * COLUMNS + 2]!;
  }

  /** Reads the query in `bytes[start, end)`. */
  read(bytes: Buffer, start: number, end: number): void {
    this.isDisputed = false;
    const isPlausible = this.#readAs(bytes, start, end, true);
    if (this.#tokens.isAmbiguous) this.#readAgain(bytes, start, end, isPlausible);
    this.length = this.#rows.length / COLUMNS;
  }

  /** As a dialect reads it in which a backslash is an ordinary character. */
  #readAgain(bytes: Buffer, start: number, end: number, isEscapedPlausible: boolean): void {
    [this.#rows, this.#others] = [this.#others, this.#rows];
    const isPlausible = this.#readAs(bytes, start, end, false);
    if (isPlausible && !isEscapedPlausible) return;
    [this.#rows, this.#others] = [this.#others, this.#rows];
    if (isEscapedPlausible && !isPlausible) return;
    this.isDisputed = true;
    this.#rows = union(values(this.#rows), values(this.#others));
  }

  /** Fills the rows; whether some dialect could have meant it so. */
  #readAs(bytes: Buffer, start: number, end: number, backslashEscapes: boolean): boolean {
    const tokens = this.#tokens;
    const rows = this.#rows;
    rows.length = 0;
    this.isSql = false;
    tokens.enter(bytes, start, end, backslashEscapes);
    let isFirst = true;
    let previousKind: number = sql.PUNCTUATION;
    let hasBackTicks = false;
    let hasQuotedNames = false;
    let identified = NOT_IDENTIFIED;
    for (let kind = tokens.next(); kind !== sql.END; kind = tokens.next()) {
      if (isFirst && kind === sql.WORD) this.isSql = STATEMENTS.has(tokens.word);
      isFirst &&= kind === sql.COMMENT || kind === sql.DOUBTFUL_COMMENT || bytes[tokens.start] === 0x28;
      switch (kind) {
        case sql.WORD:
          if (this.#isBoolean(bytes) || (identified === BY && !BEHIND_BY.has(tokens.word)))
            rows.push(VALUE, tokens.start, tokens.end);
          break;
        case sql.STRING:
        case sql.NUMBER:
        case sql.DOUBTFUL_COMMENT:
          if (tokens.end > tokens.start) rows.push(VALUE, tokens.start, tokens.end);
          break;
        case sql.COMMENT:
          rows.push(COMMENT, tokens.start, tokens.end);
          break;
        case sql.PARAMETER:
          if (bytes[tokens.start] === QUESTION) rows.push(MARK, tokens.start, tokens.end);
          break;
        case sql.DOUBLE_QUOTED:
          if (identified === BY) {
            rows.push(VALUE, tokens.start, tokens.end);
            break;
          }
          hasQuotedNames ||= this.#isName(bytes, start, end, previousKind);
          if (!tokens.isAlias) rows.push(DOUBLE_QUOTED, tokens.start, tokens.end);
          break;
        case sql.IDENTIFIER:
          hasBackTicks ||= bytes[tokens.start] === 0x60;
          break;
      }
      identified = this.#identified(kind, identified);
      tokens.remember(kind);
      previousKind = kind;
    }
    this.#settleDoubleQuoted((tokens.hasDollarOrColons || hasQuotedNames) && !hasBackTicks);
    return !tokens.isImplausible;
  }

  /** How much of `IDENTIFIED BY` was read with the current token; Oracle has passwords behind it without quotes. */
  #identified(kind: number, before: number): number {
    const { start, end } = this.#tokens;
    if (kind !== sql.WORD) return NOT_IDENTIFIED;
    if (before === IDENTIFIED) return this.#tokens.word === "BY" ? BY : NOT_IDENTIFIED;
    if (before === BY && BEHIND_BY.has(this.#tokens.word)) return BY;
    return end - start === 10 && this.#tokens.word === "IDENTIFIED" ? IDENTIFIED : NOT_IDENTIFIED;
  }

  /** `TRUE` and `FALSE`, but not in `IS TRUE`, which is an operator. */
  #isBoolean(bytes: Buffer): boolean {
    const { start, end } = this.#tokens;
    const first = bytes[start]! | 0x20;
    if (!(end - start === 4 && first === 0x74) && !(end - start === 5 && first === 0x66)) return false;
    const { word, previousWord } = this.#tokens;
    if (word !== "TRUE" && word !== "FALSE") return false;
    return previousWord !== "IS" && previousWord !== "NOT";
  }

  /** Whether a `"x"` stands where no string can: as a table's name, or next to a dot. */
  #isName(bytes: Buffer, start: number, end: number, previousKind: number): boolean {
    const tokens = this.#tokens;
    if (tokens.end < end && bytes[tokens.end] === DOT) return true;
    const followsDot = tokens.start > start && bytes[tokens.start - 1] === DOT;
    if (followsDot && previousKind === sql.PUNCTUATION) return true; // the dot of `1.` is the number's
    return BEFORE_TABLES.has(tokens.previousWord);
  }

  #settleDoubleQuoted(areNames: boolean): void {
    const rows = this.#rows;
    let kept = 0;
    for (let at = 0; at < rows.length; at += COLUMNS) {
      if (rows[at] === DOUBLE_QUOTED && areNames) continue;
      rows[kept++] = rows[at] === DOUBLE_QUOTED ? VALUE : rows[at]!;
      rows[kept++] = rows[at + 1]!;
      rows[kept++] = rows[at + 2]!;
    }
    rows.length = kept;
  }
}

/** The rows that are values. */
function values(rows: readonly number[]): number[] {
  const found: number[] = [];
  for (let at = 0; at < rows.length; at += COLUMNS) {
    if (rows[at] === VALUE) found.push(VALUE, rows[at + 1]!, rows[at + 2]!);
  }
  return found;
}

/** The values of two readings; where they share bytes, one that covers both. */
function union(a: readonly number[], b: readonly number[]): number[] {
  const merged: number[] = [];
  let last = -1; // end of the last merged value
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const fromA = j >= b.length || (i < a.length && a[i + 1]! <= b[j + 1]!);
    const start = fromA ? a[i + 1]! : b[j + 1]!;
    const end = fromA ? a[i + 2]! : b[j + 2]!;
    if (start < last) {
      last = Math.max(last, end);
      merged[merged.length - 1] = last;
    } else {
      merged.push(VALUE, start, end);
      last = end;
    }
    if (fromA) i += COLUMNS;
    else j += COLUMNS;
  }
  return merged;
}
