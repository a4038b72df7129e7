import { OperatingError } from "@scrim/errors";
import { hexByte } from "./hex.ts";
import { scanNumber } from "./json-number.ts";
import { DEPTH_MAX } from "./limits.ts";

export const QUOTE = 0x22;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const LOWER_F = 0x66;
export const LOWER_N = 0x6e;
export const LOWER_T = 0x74;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;
const REPLACEMENT = 0xfffd;

const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");

/** What each one-letter escape stands for; 0 where there is none. RFC 8259, section 7. */
const ESCAPES = new Uint8Array(256);
for (const [letter, character] of ['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"])
  ESCAPES[letter!.charCodeAt(0)] = character!.charCodeAt(0);

/**
 * Reads JSON token by token where it lies. Never makes an object of it, so keys like `__proto__` are only
 * bytes, and no member can be lost behind another of the same name.
 *
 * The JSON must be UTF-8, which the caller has checked; so must be every string then, since quotes and
 * backslashes are single bytes. A lone surrogate (`"\ud800"`) reads as U+FFFD. A byte order mark is an error.
 */
export class JsonReader {
  /** The string or number that was read last, without quotes and escapes: `text[start, end)`. */
  text: Buffer;
  start = 0;
  end = 0;

  readonly #json: Buffer;
  #pos = 0;
  /** For strings with escapes; no longer than the JSON. */
  #unescaped: Buffer | undefined;

  constructor(json: Buffer) {
    this.#json = json;
    this.text = json;
  }

  /** The first byte of what comes next, white space left out; -1 at the end. */
  peek(): number {
    const json = this.#json;
    let pos = this.#pos;
    while (pos < json.length && json[pos]! <= 0x20 && isSpace(json[pos]!)) pos++;
    this.#pos = pos;
    return pos < json.length ? json[pos]! : -1;
  }

  /** Takes the bracket that opens an array or object, and `close` if that follows: then there is no element. */
  enter(close: number): boolean {
    this.#pos++;
    if (this.peek() !== close) return true;
    this.#pos++;
    return false;
  }

  /** Takes what stands behind an element: true for a comma, false for the end of the array or object. */
  more(close: number): boolean {
    const byte = this.peek();
    if (byte !== COMMA && byte !== close) throw this.malformed("expected a comma or a closing bracket");
    this.#pos++;
    return byte === COMMA;
  }

  /** Reads a member's key, with the colon, into {@link text}. */
  key(): void {
    if (this.peek() !== QUOTE) throw this.malformed("expected a key");
    this.string();
    if (this.peek() !== COLON) throw this.malformed("expected a colon");
    this.#pos++;
  }

  /** Reads the string that comes next into {@link text}. */
  string(): void {
    const json = this.#json;
    const start = this.#pos + 1;
    let pos = start;
    for (; pos < json.length; pos++) {
      const byte = json[pos]!;
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        this.#escapedString(start, pos);
        return;
      }
      if (byte < 0x20) throw this.malformed("a control character in a string", pos);
    }
    if (pos === json.length) throw this.malformed("the text ends inside a string", pos);
    this.text = json;
    this.start = start;
    this.end = pos;
    this.#pos = pos + 1;
  }

  /** Reads the number that comes next into {@link text}. */
  number(): void {
    const end = scanNumber(this.#json, this.#pos, this.#json.length);
    if (end < 0) throw this.malformed("expected a value");
    this.text = this.#json;
    this.start = this.#pos;
    this.end = this.#pos = end;
  }

  /** Reads `true` or `false`. */
  boolean(): boolean {
    const value = this.#json[this.#pos] === LOWER_T;
    this.#literal(value ? TRUE : FALSE);
    return value;
  }

  null(): void {
    this.#literal(NULL);
  }

  /** Reads a value of any kind and forgets it. `level` is that of the message it stands in. */
  skip(level: number): void {
    switch (this.peek()) {
      case QUOTE:
        this.string();
        break;
      case OPEN_BRACE:
        this.#skipMembers(CLOSE_BRACE, level + 1);
        break;
      case OPEN_BRACKET:
        this.#skipMembers(CLOSE_BRACKET, level + 1);
        break;
      case LOWER_T:
      case LOWER_F:
        this.boolean();
        break;
      case LOWER_N:
        this.null();
        break;
      default:
        this.number();
    }
  }

  #skipMembers(close: number, level: number): void {
    this.checkDepth(level);
    for (let more = this.enter(close); more; more = this.more(close)) {
      if (close === CLOSE_BRACE) this.key();
      this.skip(level);
    }
  }

  /** Call before going one level down. @throws {OperatingError} `TOO_DEEP` */
  checkDepth(level: number): void {
    if (level <= DEPTH_MAX) return;
    throw new OperatingError("TOO_DEEP", `nesting over ${DEPTH_MAX} levels`, { path: `byte ${this.#pos}` });
  }

  /** Only white space may be left. */
  finish(): void {
    if (this.peek() !== -1) throw this.malformed("something follows the JSON");
  }

  malformed(what: string, at = this.#pos): OperatingError {
    return new OperatingError("JSON_MALFORMED", `not JSON: ${what}`, { path: `byte ${at}` });
  }

  #literal(word: Buffer): void {
    for (let index = 0; index < word.length; index++)
      if (this.#json[this.#pos + index] !== word[index]) throw this.malformed("expected a value");
    this.#pos += word.length;
  }

  /** A string with escapes, of which the first stands at `pos`. Each is at least as long as what it means. */
  #escapedString(start: number, firstEscape: number): void {
    const json = this.#json;
    const target = (this.#unescaped ??= Buffer.allocUnsafe(json.length));
    let written = json.copy(target, 0, start, firstEscape);
    let pos = firstEscape;
    for (;;) {
      if (pos >= json.length) throw this.malformed("the text ends inside a string", json.length);
      const byte = json[pos]!;
      if (byte === QUOTE) break;
      if (byte < 0x20) throw this.malformed("a control character in a string", pos);
      if (byte !== BACKSLASH) {
        target[written++] = byte;
        pos++;
      } else if (json[pos + 1] !== LOWER_U) {
        const character = ESCAPES[json[pos + 1] ?? 0]!;
        if (character === 0) throw this.malformed("an unknown escape", pos);
        target[written++] = character;
        pos += 2;
      } else {
        const character = this.#codePoint(pos);
        written = writeCodePoint(target, written, character);
        pos += character > 0xffff ? 12 : 6;
      }
    }
    this.text = target;
    this.start = 0;
    this.end = written;
    this.#pos = pos + 1;
  }

  /** The character of the `\uXXXX` at `pos`, or of the two that make a surrogate pair. */
  #codePoint(pos: number): number {
    const unit = this.#codeUnit(pos);
    if (unit < 0xd800 || unit > 0xdfff) return unit;
    const pairs = unit < 0xdc00 && this.#json[pos + 6] === BACKSLASH && this.#json[pos + 7] === LOWER_U;
    const second = pairs ? this.#codeUnit(pos + 6) : 0;
    if (second < 0xdc00 || second > 0xdfff) return REPLACEMENT;
    return 0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00);
  }

  #codeUnit(pos: number): number {
    const json = this.#json;
    const unit = pos + 6 > json.length ? -1 : (hexByte(json, pos + 2) << 8) | hexByte(json, pos + 4);
    if (unit < 0) throw this.malformed("an unknown escape", pos);
    return unit;
  }
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function writeCodePoint(target: Uint8Array, offset: number, character: number): number {
  let at = offset;
  if (character < 0x80) {
    target[at++] = character;
    return at;
  }
  if (character < 0x800) {
    target[at++] = 0xc0 | (character >> 6);
  } else {
    if (character < 0x10000) {
      target[at++] = 0xe0 | (character >> 12);
    } else {
      target[at++] = 0xf0 | (character >> 18);
      target[at++] = 0x80 | ((character >> 12) & 0x3f);
    }
    target[at++] = 0x80 | ((character >> 6) & 0x3f);
  }
  target[at++] = 0x80 | (character & 0x3f);
  return at;
}
