import { isDigit, isLetter } from "./byte-kinds.ts";
/** Kinds of token. Containers report where they open and close; members report key and value apart. */
export const OBJECT_START = 1;
export const OBJECT_END = 2;
export const ARRAY_START = 3;
export const ARRAY_END = 4;
export const KEY = 5;
export const STRING = 6;
export const NUMBER = 7;
const LITERAL = 8;
/** The text ended where a value may end. */
export const END = 9;
/** What follows {@link JsonTokens.safe} is not JSON. */
export const ERROR = 10;
/** What follows {@link JsonTokens.safe} is nested deeper than anybody needs, and doesn't end. */
export const TOO_DEEP = 11;
/** A container that is nested deeper than anybody needs, to its end. */
export const SKIPPED = 12;

/** Containers inside one another that are looked into. */
const DEPTH_MAX = 64;

/** Literals of JSON, Python and JavaScript. Other words in brackets are prose: `[INFO]`. */
const WORDS: ReadonlySet<string> = new Set([
  "true",
  "false",
  "null",
  "True",
  "False",
  "None",
  "NaN",
  "Infinity",
  "undefined",
]);
const WORD_LENGTH_MAX = 9;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const COMMA = 0x2c;

/**
 * Reads JSON text token by token where it lies: objects are never made, so every duplicate member is seen,
 * and nothing is as deep as the input says. Several values in a row (JSON lines) are read as such.
 *
 * It is a reader for finding things, not a validator: strings may hold raw control characters, and the literals of
 * other languages are read as well (`NaN`, `None`, `undefined`).
 */
export class JsonTokens {
  /** The current token is `bytes[start, end)`; strings and keys without their quotes. */
  start = 0;
  end = 0;
  /** The current string or key has escapes. */
  escaped = false;
  /** How many containers are open after the current token. */
  depth = 0;
  /** Everything before this offset was read as JSON. */
  safe = 0;

  #bytes: Uint8Array = new Uint8Array(0);
  #pos = 0;
  #limit = 0;
  /** Whether each open container is an object. */
  readonly #objects = new Uint8Array(DEPTH_MAX);
  /** What may come next. */
  #expect: "value" | "value or end" | "key" | "key or end" | "comma" = "value";

  enter(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#pos = start + byteOrderMark(bytes, start);
    this.#limit = end;
    this.safe = start;
    this.depth = 0;
    this.#expect = "value";
  }

  /** Moves to the next token and says what it is. */
  next(): number {
    const byte = this.#peek();
    if (byte < 0) return this.depth === 0 && this.#expect === "comma" ? END : ERROR;
    switch (this.#expect) {
      case "comma":
        return this.#afterValue(byte);
      case "key":
      case "key or end":
        if (byte === QUOTE) return this.#key();
        return byte === 0x7d && this.#expect === "key or end" ? this.#close(OBJECT_END) : ERROR;
      default:
        if (byte === 0x5d && this.#expect === "value or end") return this.#close(ARRAY_END);
        return this.#value(byte);
    }
  }

  #afterValue(byte: number): number {
    if (this.depth === 0) {
      // Another value behind the first: JSON lines, or a list without its brackets.
      if (byte === COMMA) this.#pos++;
      const next = byte === COMMA ? this.#peek() : byte;
      if (next !== 0x7b && next !== 0x5b) return ERROR;
      this.safe = this.#pos;
      return this.#value(next);
    }
    const inObject = this.#objects[this.depth - 1] === 1;
    if (byte === COMMA) {
      this.#pos++;
      this.safe = this.#pos;
      this.#expect = inObject ? "key" : "value";
      return this.next(); // once: a comma is followed by a key or a value
    }
    if (inObject && byte === QUOTE) return this.#key(); // the comma is missing, but a member follows all the same
    if (inObject) return byte === 0x7d ? this.#close(OBJECT_END) : ERROR;
    return byte === 0x5d ? this.#close(ARRAY_END) : ERROR;
  }

  #value(byte: number): number {
    switch (byte) {
      case 0x7b:
        return this.#open(OBJECT_START);
      case 0x5b:
        return this.#open(ARRAY_START);
      case QUOTE:
        if (!this.#string()) return ERROR;
        this.safe = this.#pos;
        this.#expect = "comma";
        return STRING;
      default:
        return isLetter(byte) ? this.#word(0) : this.#number(byte);
    }
  }

  #open(kind: number): number {
    if (this.depth === DEPTH_MAX) return this.#skip();
    this.#objects[this.depth++] = kind === OBJECT_START ? 1 : 0;
    this.start = this.#pos;
    this.end = ++this.#pos;
    this.safe = this.#pos;
    this.#expect = kind === OBJECT_START ? "key or end" : "value or end";
    return kind;
  }

  /** Takes a container whole, by its brackets alone. */
  #skip(): number {
    const start = this.#pos;
    let open = 0;
    do {
      const byte = this.#peek();
      if (byte < 0) return TOO_DEEP;
      if (byte === QUOTE) {
        if (!this.#string()) return TOO_DEEP;
        continue;
      }
      if (byte === 0x7b || byte === 0x5b) open++;
      else if (byte === 0x7d || byte === 0x5d) open--;
      this.#pos++;
    } while (open > 0);
    this.start = start;
    this.end = this.safe = this.#pos;
    this.#expect = "comma";
    return SKIPPED;
  }

  #close(kind: number): number {
    this.depth--;
    this.start = this.#pos;
    this.end = ++this.#pos;
    this.safe = this.#pos;
    this.#expect = "comma";
    return kind;
  }

  #key(): number {
    if (!this.#string()) return ERROR;
    if (this.#peek() !== 0x3a) return ERROR;
    this.#pos++;
    this.safe = this.#pos;
    this.#expect = "value";
    return KEY;
  }

  /** Reads a string whose quote is next; false where it doesn't end. */
  #string(): boolean {
    const bytes = this.#bytes;
    const limit = this.#limit;
    let pos = this.#pos + 1;
    this.start = pos;
    this.escaped = false;
    for (; pos < limit; pos++) {
      const byte = bytes[pos]!;
      if (byte === QUOTE) {
        this.end = pos;
        this.#pos = pos + 1;
        return true;
      }
      if (byte === BACKSLASH) {
        this.escaped = true;
        pos++;
      }
    }
    return false;
  }

  /** `true`, `null`, and what other languages write for them, behind `sign` bytes. */
  #word(sign: number): number {
    const start = this.#pos + sign;
    let end = start;
    while (isLetter(this.#byteAt(end))) end++;
    const isKnown =
      end - start <= WORD_LENGTH_MAX && WORDS.has(String.fromCharCode(...this.#bytes.subarray(start, end)));
    return isKnown ? this.#scalar(end - this.#pos, LITERAL) : ERROR;
  }

  /** `-`, digits, a fraction, an exponent: RFC 8259 §6. `4111-1111` is no number, nor is `2026-11-21`. */
  #number(first: number): number {
    const isNegative = first === MINUS;
    if (isNegative && isLetter(this.#byteAt(this.#pos + 1))) return this.#word(1);
    let pos = this.#digits(isNegative ? this.#pos + 1 : this.#pos);
    if (pos < 0) return ERROR;
    if (this.#byteAt(pos) === 0x2e) pos = this.#digits(pos + 1);
    if (pos > 0 && (this.#byteAt(pos) | 0x20) === 0x65) {
      const sign = this.#byteAt(pos + 1);
      pos = this.#digits(sign === 0x2b || sign === 0x2d ? pos + 2 : pos + 1);
    }
    return pos < 0 ? ERROR : this.#scalar(pos - this.#pos, NUMBER);
  }

  /** The offset behind a run of digits at `pos`, or -1 where there is none. */
  #digits(pos: number): number {
    let end = pos;
    while (isDigit(this.#byteAt(end))) end++;
    return end > pos ? end : -1;
  }

  #byteAt(pos: number): number {
    return pos < this.#limit ? this.#bytes[pos]! : -1;
  }

  /** A number or literal. Only what follows shows that it is one and not the beginning of something else. */
  #scalar(length: number, kind: number): number {
    this.start = this.#pos;
    this.end = this.#pos += length;
    const next = this.#peek();
    // Where the text breaks off, a word is whole, but a number may have had more digits.
    if (!this.#mayEndValue(next) && !(next < 0 && kind === LITERAL)) return ERROR;
    this.safe = this.end;
    this.#expect = "comma";
    return kind;
  }

  #mayEndValue(next: number): boolean {
    if (next === COMMA) return true;
    if (this.depth === 0) return next < 0 || next === 0x7b || next === 0x5b;
    return this.#objects[this.depth - 1] === 1 ? next === 0x7d || next === QUOTE : next === 0x5d;
  }

  /** The next byte that is no white space or control character (RFC 7464 has one), without taking it; -1 at the end. */
  #peek(): number {
    while (this.#pos < this.#limit) {
      const byte = this.#bytes[this.#pos]!;
      if (byte > 0x20) return byte;
      this.#pos++;
    }
    return -1;
  }
}

/** Length of the byte order mark that some programs put in front of a file, and so of what they log of it. */
export function byteOrderMark(bytes: Uint8Array, start: number): number {
  return bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf ? 3 : 0;
}
