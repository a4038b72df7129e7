import { isDigit, isLetter, isNamePart, isNameStart } from "./byte-kinds.ts";
import { isUuid, UUID_BYTES } from "./uuid.ts";

/** Kinds of token of a query. */
export const END = 0;
/** A keyword or an identifier without quotes. */
export const WORD = 1;
/** What can only be a string: `'x'`, `N'x'`, `q'[x]'`, `$$x$$`. */
export const STRING = 2;
/** `"x"`: an identifier by the standard, a string in MySQL. */
export const DOUBLE_QUOTED = 3;
/** An identifier in back ticks or brackets. */
export const IDENTIFIER = 4;
/** A number, a binary value or a UUID without quotes. */
export const NUMBER = 5;
/** `?`, `$1`, `:name`, `@p1`. */
export const PARAMETER = 6;
/** What stands between the marks of a comment. */
export const COMMENT = 7;
/** The same where dialects disagree whether it is a comment, or where it ends. */
export const DOUBTFUL_COMMENT = 8;
export const PUNCTUATION = 9;

/** Parameters are counted to five digits at most; longer runs are data. */
const PARAMETER_DIGITS_MAX = 5;

const QUOTE = 0x27;
const DOUBLE_QUOTE = 0x22;
const BACK_TICK = 0x60;
const BACKSLASH = 0x5c;
const DOLLAR = 0x24;
const HASH = 0x23;
const QUESTION = 0x3f;
const COLON = 0x3a;
const AT = 0x40;
const MINUS = 0x2d;
const PLUS = 0x2b;
const SLASH = 0x2f;
const STAR = 0x2a;
const DOT = 0x2e;
const AMPERSAND = 0x26;
const UNDERSCORE = 0x5f;
const EXCLAMATION = 0x21;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;
const CLOSING_PARENTHESIS = 0x29;

/** Words directly before a quote that belong to the string. */
const STRING_PREFIXES: ReadonlySet<string> = new Set(["B", "E", "N", "NQ", "Q", "R", "U&", "X"]);

/** After these a name follows, so that `#orders` is a temporary table and no comment. */
const BEFORE_NAMES: ReadonlySet<string> = new Set([
  "EXISTS",
  "FROM",
  "INTO",
  "JOIN",
  "ON",
  "TABLE",
  "UPDATE",
]);

/**
 * Reads a query token by token where it lies, as MySQL, PostgreSQL, SQL Server, Oracle and SQLite would, without
 * knowing which of them it is for. Never fails: a quote or comment that doesn't end reaches to the end of the text.
 *
 * Dialects differ in whether a backslash before a quote escapes it. Whoever reads says which; {@link isAmbiguous}
 * says that it made a difference, and {@link isImplausible} that no dialect could have meant it so.
 */
export class SqlTokens {
  /** The current token is `bytes[start, end)`, strings with their quotes and prefix. */
  start = 0;
  end = 0;
  /** A backslash stood before a quote. */
  isAmbiguous = false;
  /** A backslash stood outside of quotes, or a word directly behind a string. */
  isImplausible = false;
  /** `$1`, `::` and `[name]` stand in dialects alone in which `"x"` is an identifier. */
  hasDollarOrColons = false;

  #bytes: Buffer = Buffer.alloc(0);
  #from = 0;
  #pos = 0;
  #limit = 0;
  #escapes = false;
  #previousWordStart = 0;
  #previousWordEnd = 0;

  enter(bytes: Buffer, start: number, end: number, backslashEscapes: boolean): void {
    this.#bytes = bytes.subarray(0, end); // so that nothing is looked for behind the end
    this.#from = start;
    this.#pos = start;
    this.#limit = end;
    this.#escapes = backslashEscapes;
    this.#previousWordEnd = start;
    this.#previousWordStart = start;
    this.isAmbiguous = false;
    this.isImplausible = false;
    this.hasDollarOrColons = false;
  }

  /** The word before the current token in upper case; empty where that is no word. */
  get previousWord(): string {
    return this.#text(this.#previousWordStart, this.#previousWordEnd).toUpperCase();
  }

  /** Whether the word before the current token is `AS`, of which there are many. */
  get isAlias(): boolean {
    const at = this.#previousWordStart;
    const isAs = (this.#bytes[at]! | 0x20) === 0x61 && (this.#bytes[at + 1]! | 0x20) === 0x73;
    return this.#previousWordEnd === at + 2 && isAs;
  }

  /** The current token as text in upper case. */
  get word(): string {
    return this.#text(this.start, this.end).toUpperCase();
  }

  /** Moves to the next token and says what it is. */
  next(): number {
    const bytes = this.#bytes;
    while (this.#pos < this.#limit && bytes[this.#pos]! <= 0x20) this.#pos++;
    if (this.#pos === this.#limit) return END;
    this.start = this.#pos;
    return this.#token(bytes[this.#pos]!);
  }

  /** Remembers the current token as the one before the next. Comments don't count. */
  remember(kind: number): void {
    if (kind === COMMENT || kind === DOUBTFUL_COMMENT) return;
    this.#previousWordStart = this.start;
    this.#previousWordEnd = kind === WORD ? this.end : this.start;
  }

  #token(byte: number): number {
    if (isDigit(byte)) return this.#number();
    if (isNameStart(byte)) return this.#word();
    switch (byte) {
      case QUOTE:
        this.#quoted(QUOTE, this.#escapes);
        return STRING;
      case DOUBLE_QUOTE:
        this.#quoted(DOUBLE_QUOTE, this.#escapes);
        return DOUBLE_QUOTED;
      case BACK_TICK:
        this.#delimited(this.#pos + 1, BACK_TICK);
        return IDENTIFIER;
      case DOT:
        return isDigit(this.#at(1)) ? this.#number() : this.#punctuation(1);
      case MINUS:
        return this.#at(1) === MINUS ? this.#lineComment(2, isEndOfWord(this.#at(2))) : this.#punctuation(1);
      case SLASH:
        return this.#at(1) === STAR ? this.#blockComment() : this.#punctuation(1);
      case HASH:
        return this.#hash();
      case QUESTION:
        return this.#parameter(false);
      case DOLLAR:
        return this.#dollar();
      case COLON:
      case AT:
        return this.#named(byte);
      case OPENING_BRACKET:
        return this.#bracket();
      case BACKSLASH:
        this.isImplausible = true;
        return this.#punctuation(1);
      default:
        return this.#punctuation(1);
    }
  }

  #punctuation(length: number): number {
    this.end = this.#pos += length;
    return PUNCTUATION;
  }

  // ---- words and numbers ----

  #word(): number {
    if (isUuid(this.#bytes, this.#pos)) return this.#take(UUID_BYTES, NUMBER); // CQL writes them without quotes
    const bytes = this.#bytes;
    const wordStart = this.#pos;
    let pos = wordStart;
    while (pos < this.#limit && isNamePart(bytes[pos]!)) pos++;
    const unicode = pos === wordStart + 1 && bytes[pos] === AMPERSAND ? 1 : 0; // U&'…'
    if (bytes[pos + unicode] === QUOTE && pos - wordStart <= 2) {
      const prefix = this.#text(wordStart, pos + unicode).toUpperCase();
      if (STRING_PREFIXES.has(prefix)) return this.#prefixed(prefix, pos + unicode);
    }
    this.end = this.#pos = pos;
    return WORD;
  }

  /** A string behind its prefix; the quote is at `quote`. */
  #prefixed(prefix: string, quote: number): number {
    this.#pos = quote;
    if (prefix === "Q" || prefix === "NQ") this.#oracleQuoted(quote);
    else this.#quoted(QUOTE, prefix === "E" || this.#escapes);
    return STRING;
  }

  /** Oracle's `q'[it's]'`: any delimiter, and its counterpart with a quote behind it. */
  #oracleQuoted(quote: number): void {
    const closing = counterpart(this.#bytes[quote + 1] ?? 0);
    let pos = quote + 2;
    while (pos < this.#limit && !(this.#bytes[pos] === closing && this.#bytes[pos + 1] === QUOTE)) pos++;
    this.end = this.#pos = Math.min(pos + 2, this.#limit);
  }

  /** Digits and what is stuck to them: `1`, `1.5e-3`, `0xFF`, `12h30m`. */
  #number(): number {
    if (isUuid(this.#bytes, this.#pos)) return this.#take(UUID_BYTES, NUMBER);
    const bytes = this.#bytes;
    let pos = this.#pos + 1;
    for (; pos < this.#limit; pos++) {
      const byte = bytes[pos]!;
      if (isDigit(byte) || isLetter(byte) || byte === DOT || byte === UNDERSCORE || byte >= 0x80) continue;
      const isSign = (byte === PLUS || byte === MINUS) && (bytes[pos - 1]! | 0x20) === 0x65;
      if (!isSign || !isDigit(bytes[pos + 1] ?? 0)) break;
    }
    return this.#take(pos - this.#pos, NUMBER);
  }

  #take(length: number, kind: number): number {
    this.end = this.#pos += length;
    return kind;
  }

  // ---- quotes ----

  /** A quoted text; a quote in it is written twice, and behind a backslash where that escapes. */
  #quoted(quote: number, escapes: boolean): void {
    const bytes = this.#bytes;
    const limit = this.#limit;
    let pos = this.#pos + 1;
    for (; pos < limit; pos++) {
      const byte = bytes[pos]!;
      if (byte === BACKSLASH) {
        if (escapes) pos++;
        if (bytes[escapes ? pos : pos + 1] === quote) this.isAmbiguous = true;
      } else if (byte === quote) {
        if (bytes[pos + 1] !== quote) break;
        pos++;
      }
    }
    this.end = this.#pos = Math.min(pos + 1, limit);
    const next = this.#at(0);
    if (next >= 0 && (isNamePart(next) || next === QUOTE || next === DOUBLE_QUOTE)) this.isImplausible = true;
  }

  #delimited(from: number, closing: number): void {
    let pos = from;
    for (; pos < this.#limit; pos++) {
      if (this.#bytes[pos] !== closing) continue;
      if (this.#bytes[pos + 1] !== closing) break;
      pos++;
    }
    this.end = this.#pos = Math.min(pos + 1, this.#limit);
  }

  /**
   * SQL Server's `[order details]`, but not `tags[1]` or a list of values: a name begins with a letter and does
   * not stand directly behind what could have elements.
   */
  #bracket(): number {
    const before = this.#pos > this.#from ? this.#bytes[this.#pos - 1]! : 0;
    const isOfNumber = before === DOT && this.#previousWordStart < this.#pos - 1; // `5.`, and no `schema.`
    const isSubscript =
      isOfNumber ||
      isNamePart(before) ||
      [CLOSING_BRACKET, CLOSING_PARENTHESIS, QUOTE, DOUBLE_QUOTE, QUESTION].includes(before);
    if (isSubscript || !isNameStart(this.#at(1))) return this.#punctuation(1);
    this.hasDollarOrColons = true;
    this.#delimited(this.#pos + 1, CLOSING_BRACKET);
    return IDENTIFIER;
  }

  /** PostgreSQL's `$1`, and `$tag$…$tag$` around a string. */
  #dollar(): number {
    const bytes = this.#bytes;
    if (isDigit(this.#at(1))) return this.#parameter(true);
    let tagEnd = this.#pos + 1;
    while (tagEnd < this.#limit && bytes[tagEnd] !== DOLLAR && isNamePart(bytes[tagEnd]!)) tagEnd++;
    if (bytes[tagEnd] !== DOLLAR) return this.#take(tagEnd - this.#pos, PARAMETER);
    const tag = bytes.subarray(this.#pos, tagEnd + 1);
    const close = bytes.indexOf(tag, tagEnd + 1);
    const end = close < 0 ? this.#limit : close + tag.length;
    return this.#take(end - this.#pos, STRING);
  }

  // ---- parameters ----

  /** `?`, `?1` and `$1`. */
  #parameter(needsDigits: boolean): number {
    let pos = this.#pos + 1;
    while (pos < this.#limit && isDigit(this.#bytes[pos]!)) pos++;
    if (pos - this.#pos - 1 > PARAMETER_DIGITS_MAX) pos = this.#pos + 1;
    if (needsDigits && pos === this.#pos + 1) return this.#punctuation(1);
    if (needsDigits) this.hasDollarOrColons = true;
    return this.#take(pos - this.#pos, PARAMETER);
  }

  /** `:name`, `:1`, `@name`, `@@name`; `::` is a cast. */
  #named(mark: number): number {
    const bytes = this.#bytes;
    if (this.#at(1) === mark && mark === COLON) {
      this.hasDollarOrColons = true;
      return this.#punctuation(2);
    }
    const nameStart = this.#pos + (this.#at(1) === mark ? 2 : 1);
    let pos = nameStart;
    while (pos < this.#limit && isNamePart(bytes[pos]!)) pos++;
    const isNumbered = isDigit(bytes[nameStart] ?? 0) && nameStart < pos;
    if (pos === nameStart || (isNumbered && !this.#isOrdinal(nameStart, pos))) return this.#punctuation(1);
    return this.#take(pos - this.#pos, PARAMETER);
  }

  #isOrdinal(start: number, end: number): boolean {
    for (let pos = start; pos < end; pos++) if (!isDigit(this.#bytes[pos]!)) return false;
    return end - start <= PARAMETER_DIGITS_MAX;
  }

  // ---- comments ----

  /** To the end of the line. Without a blank behind the mark, MySQL reads `--` as two signs. */
  #lineComment(markLength: number, isCertain: boolean): number {
    this.start = this.#pos + markLength;
    let pos = this.start;
    while (pos < this.#limit && this.#bytes[pos] !== 0x0a && this.#bytes[pos] !== 0x0d) pos++;
    this.end = this.#pos = pos;
    return isCertain ? COMMENT : DOUBTFUL_COMMENT;
  }

  /** A comment of MySQL, an operator of PostgreSQL (`#>`), or a temporary table of SQL Server. */
  #hash(): number {
    const next = this.#at(1);
    if (next === 0x3e || next === MINUS) return this.#punctuation(2);
    if ((isNameStart(next) || next === HASH) && BEFORE_NAMES.has(this.previousWord)) {
      let pos = this.#pos + 1;
      while (pos < this.#limit && (isNamePart(this.#bytes[pos]!) || this.#bytes[pos] === HASH)) pos++;
      return this.#take(pos - this.#pos, IDENTIFIER);
    }
    return this.#lineComment(1, false);
  }

  /** PostgreSQL and SQL Server nest comments, others don't; what MySQL is to run in `/*!` is no comment. */
  #blockComment(): number {
    if (this.#at(2) === EXCLAMATION) return this.#punctuation(3);
    const bytes = this.#bytes;
    let depth = 1;
    let isNested = false;
    let pos = this.#pos + 2;
    this.start = pos;
    for (; pos < this.#limit; pos++) {
      if (bytes[pos] === STAR && bytes[pos + 1] === SLASH) {
        if (--depth === 0) break;
        pos++;
      } else if (bytes[pos] === SLASH && bytes[pos + 1] === STAR) {
        depth++;
        isNested = true;
        pos++;
      }
    }
    this.end = Math.min(pos, this.#limit);
    this.#pos = Math.min(pos + 2, this.#limit);
    return isNested ? DOUBTFUL_COMMENT : COMMENT;
  }

  /** The byte at this distance from the current position; -1 behind the end. */
  #at(offset: number): number {
    return this.#pos + offset < this.#limit ? this.#bytes[this.#pos + offset]! : -1;
  }

  #text(start: number, end: number): string {
    return this.#bytes.toString("latin1", start, Math.min(end, start + UUID_BYTES)); // no keyword is longer
  }
}

function counterpart(byte: number): number {
  switch (byte) {
    case 0x28:
      return CLOSING_PARENTHESIS;
    case OPENING_BRACKET:
      return CLOSING_BRACKET;
    case 0x7b:
      return 0x7d;
    case 0x3c:
      return 0x3e;
    default:
      return byte;
  }
}

function isEndOfWord(byte: number): boolean {
  return byte <= 0x20;
}
