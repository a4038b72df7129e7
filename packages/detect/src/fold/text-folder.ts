import { decodeBase64, endOfLetters, endOfPadding, isBase64Letter, RUN_MIN } from "./base64.ts";
import { foldOf, LOOK_ALIKE, SEVERAL, STAYS, severalOf, VANISHES } from "./characters.ts";
import { EscapeReader } from "./escapes.ts";
import { OffsetMap } from "./offset-map.ts";

/** What a text may be written with. */
export interface Folding {
  /** Characters and escapes. */
  readonly characters: boolean;
  /** Percent escapes among them: not in text that was percent-decoded already. */
  readonly percent: boolean;
  /** Runs of base64 that stand for text. */
  readonly base64: boolean;
}

const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const AMPERSAND = 0x26;
const NEWLINE = 0x0a;

/** Kinds of bytes. */
const PLAIN = 0;
const ESCAPE = 1;
const LETTER = 2;
const HIGH = 3;

/**
 * Writes a text as a reader would read it: compatibility forms, other scripts' digits, look-alikes and spaces as
 * ASCII, invisible characters left out, escapes decoded once, base64 that stands for text decoded, on
 * lines of its own. The result is never longer than the text. Linear: no byte is looked at more than a few times.
 *
 * Reused for text after text: what it gives is good until the next one.
 */
export class TextFolder {
  readonly map: OffsetMap = new OffsetMap();
  readonly #escapes = new EscapeReader();
  readonly #kinds = new Uint8Array(256);
  #out: Buffer = Buffer.alloc(0);
  #length = 0;
  /** The text before this offset is written. */
  #read = 0;

  /** The folded text. */
  get bytes(): Buffer {
    return this.#out.subarray(0, this.#length);
  }

  /** Folds a text; false where it stays as it is. */
  fold(text: Buffer, folding: Folding): boolean {
    this.#begin(text, folding);
    const kinds = this.#kinds;
    for (let at = 0; at < text.length; ) {
      const kind = kinds[text[at]!]!;
      if (kind === PLAIN) at++;
      else if (kind === HIGH) at = this.#character(text, at);
      else if (kind === LETTER) at = this.#letters(text, at);
      else at = this.#escape(text, at);
    }
    if (this.map.length === 0) return false;
    this.#copy(text, text.length);
    return true;
  }

  #begin(text: Buffer, { characters, percent, base64 }: Folding): void {
    const kinds = this.#kinds;
    for (let byte = 0; byte < 0x80; byte++) kinds[byte] = base64 && isBase64Letter(byte) ? LETTER : PLAIN;
    kinds[BACKSLASH] = kinds[AMPERSAND] = characters ? ESCAPE : PLAIN;
    kinds[PERCENT] = characters && percent ? ESCAPE : PLAIN;
    kinds.fill(characters ? HIGH : PLAIN, 0x80);
    this.map.clear();
    this.#length = 0;
    this.#read = 0;
    if (this.#out.length < text.length) this.#out = Buffer.allocUnsafeSlow(text.length);
  }

  /** Copies what stays, up to `end`. */
  #copy(text: Buffer, end: number): void {
    this.#length += text.copy(this.#out, this.#length, this.#read, end);
    this.#read = end;
  }

  /** What is written from `start` on came from `[from, to)`. */
  #note(start: number, from: number, to: number): void {
    this.map.add(start, this.#length, from, to);
    this.#read = to;
  }

  // ---- characters ----

  #character(text: Buffer, at: number): number {
    const size = sizeOf(text, at);
    if (size === 0) return at + 1;
    const codePoint = codePointOf(text, at, size);
    const fold = foldOf(codePoint);
    if (fold === STAYS) return at + size;
    if (isLookAlike(fold)) return this.#lookAlikes(text, at);
    this.#copy(text, at);
    const start = this.#length;
    this.#write(codePoint, fold);
    this.#note(start, at, at + size);
    return at + size;
  }

  #write(codePoint: number, fold: number): void {
    if (fold === VANISHES) return;
    if (fold === SEVERAL) this.#length += this.#out.write(severalOf(codePoint), this.#length, "latin1");
    else this.#out[this.#length++] = fold;
  }

  /** Letters that look like ASCII ones, if there is an ASCII letter on either side. */
  #lookAlikes(text: Buffer, at: number): number {
    let end = at;
    while (lookAlike(text, end) !== 0) end += 2;
    if (!isLetter(this.#before(text, at)) && !isLetter(text[end])) return end;
    this.#copy(text, at);
    for (let from = at; from < end; from += 2) {
      this.#out[this.#length++] = lookAlike(text, from);
      this.#note(this.#length - 1, from, from + 2);
    }
    return end;
  }

  /** The byte in front of what comes next. */
  #before(text: Buffer, at: number): number | undefined {
    return at > this.#read ? text[at - 1] : this.#out[this.#length - 1];
  }

  // ---- escapes ----

  #escape(text: Buffer, at: number): number {
    const escapes = this.#escapes;
    if (!this.#readEscape(text, at)) return escapes.end;
    const { codePoint, end } = escapes;
    this.#copy(text, at);
    const start = this.#length;
    this.#writeDecoded(codePoint);
    this.#note(start, at, end);
    return end;
  }

  #writeDecoded(codePoint: number): void {
    if (isControl(codePoint)) return;
    const fold = foldOf(codePoint);
    if (codePoint < 0x80) this.#out[this.#length++] = codePoint;
    else if (fold !== STAYS && !isLookAlike(fold)) this.#write(codePoint, fold);
    else this.#length += this.#out.write(String.fromCodePoint(codePoint), this.#length);
  }

  #readEscape(text: Buffer, at: number): boolean {
    if (text[at] === PERCENT) return this.#escapes.percent(text, at);
    return text[at] === AMPERSAND ? this.#escapes.ampersand(text, at) : this.#escapes.backslash(text, at);
  }

  // ---- base64 ----

  /** A run of letters that may be base64: as a whole, or in pieces between signs, as in a path. */
  #letters(text: Buffer, at: number): number {
    const end = endOfLetters(text, at);
    if (end - at < RUN_MIN || this.#decode(text, at, end)) return Math.max(end, this.#read);
    for (let from = at; from < end; from++) {
      let stop = from;
      while (stop < end && isAlphanumeric(text[stop]!)) stop++;
      if (stop - from >= RUN_MIN && stop - from < end - at) this.#decode(text, from, stop);
      from = stop;
    }
    return Math.max(end, this.#read);
  }

  #decode(text: Buffer, from: number, end: number): boolean {
    const pending = from - this.#read;
    const length = decodeBase64(text, from, end, this.#out, this.#length + pending + 1);
    if (length < 0) return false;
    this.#copy(text, from);
    const start = this.#length;
    this.#out[start] = NEWLINE;
    this.#out[start + 1 + length] = NEWLINE;
    this.#length = start + length + 2;
    this.#note(start, from, endOfPadding(text, end));
    return true;
  }
}

/** Bytes of the UTF-8 character at `at`, two to four; 0 where there is none. */
function sizeOf(text: Buffer, at: number): number {
  const first = text[at]!;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  for (let i = 1; i < size; i++) if ((text[at + i]! & 0xc0) !== 0x80) return 0;
  return size;
}

function codePointOf(text: Buffer, at: number, size: number): number {
  let codePoint = text[at]! & (0x7f >> size);
  for (let i = 1; i < size; i++) codePoint = (codePoint << 6) | (text[at + i]! & 0x3f);
  return codePoint;
}

/** The ASCII letter that the one at `at` looks like, or 0. They have two bytes each. */
function lookAlike(text: Buffer, at: number): number {
  if (at >= text.length || sizeOf(text, at) !== 2) return 0;
  const fold = foldOf(codePointOf(text, at, 2));
  return isLookAlike(fold) ? fold ^ LOOK_ALIKE : 0;
}

function isLookAlike(fold: number): boolean {
  return fold > LOOK_ALIKE && fold !== SEVERAL;
}

function isLetter(byte: number | undefined): boolean {
  const letter = (byte ?? 0) | 0x20;
  return letter >= 0x61 && letter <= 0x7a && byte! < 0x80;
}

function isAlphanumeric(byte: number): boolean {
  return isLetter(byte) || (byte >= 0x30 && byte <= 0x39);
}

/** Control characters but tab and line ends: written as escapes they hide as well as invisible ones do. */
function isControl(codePoint: number): boolean {
  return (codePoint < 0x20 && codePoint !== 9 && codePoint !== 10 && codePoint !== 13) || codePoint === 0x7f;
}
