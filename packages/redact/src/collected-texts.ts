import type { KeyEntry } from "./key-entry.ts";
import { DONE, type TextKind } from "./text-kind.ts";

const COLUMNS = 6; // source start, source end, start, end, kind, extra

/** Separates texts; no atom matches it. */
const NUL = 0;

/** Shorter texts are copied faster by a loop than by a call out of JavaScript. */
const NATIVE_COPY_FROM = 48;

/**
 * Texts side by side in one buffer, with NUL after each, so that the scanner's automaton reads all of them in
 * one run. Each remembers where in the source it came from and whose it is.
 */
export class CollectedTexts {
  /** How many there are. */
  length = 0;
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #used = 0;
  #rows = new Int32Array(1024 * COLUMNS);
  #entries: KeyEntry[] = [];

  clear(): void {
    this.length = 0;
    this.#used = 0;
    this.#entries.length = 0;
  }

  /** All texts with the separators. Good until the next one is added. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#used);
  }

  /** Where in the source text `index` lies. */
  sourceStart(index: number): number {
    return this.#rows[index * COLUMNS]!;
  }

  sourceEnd(index: number): number {
    return this.#rows[index * COLUMNS + 1]!;
  }

  /** Where in {@link bytes} text `index` lies. */
  start(index: number): number {
    return this.#rows[index * COLUMNS + 2]!;
  }

  end(index: number): number {
    return this.#rows[index * COLUMNS + 3]!;
  }

  kind(index: number): TextKind {
    return this.#rows[index * COLUMNS + 4] as TextKind;
  }

  /** Nothing more is to be done with text `index`. */
  finish(index: number): void {
    this.#rows[index * COLUMNS + 4] = DONE;
  }

  /** A number that means something to its kind. */
  extra(index: number): number {
    return this.#rows[index * COLUMNS + 5]!;
  }

  entry(index: number): KeyEntry {
    return this.#entries[index]!;
  }

  /** Adds `source[start, end)`. */
  add(source: Buffer, start: number, end: number, kind: TextKind, entry: KeyEntry, extra: number): void {
    const at = this.#reserve(end - start);
    const buffer = this.#buffer;
    if (end - start > NATIVE_COPY_FROM) source.copy(buffer, at, start, end);
    else for (let from = start, to = at; from < end; ) buffer[to++] = source[from++]!;
    this.#push(start, end, at, at + end - start, kind, entry, extra);
  }

  /** Adds `text`, which is what `source[start, end)` says once it is decoded. */
  addDecoded(text: Buffer, start: number, end: number, kind: TextKind, entry: KeyEntry, extra: number): void {
    const at = this.#reserve(text.length);
    text.copy(this.#buffer, at);
    this.#push(start, end, at, at + text.length, kind, entry, extra);
  }

  /** Adds a number that lies in `source[start, end)` in some form. */
  addDigits(
    digits: string,
    start: number,
    end: number,
    kind: TextKind,
    entry: KeyEntry,
    extra: number,
  ): void {
    const at = this.#reserve(digits.length);
    this.#buffer.write(digits, at, "latin1");
    this.#push(start, end, at, at + digits.length, kind, entry, extra);
  }

  /** Room for `length` bytes and a separator; returns where they go. */
  #reserve(length: number): number {
    const at = this.#used;
    const needed = at + length + 1;
    if (needed > this.#buffer.length) this.#growBuffer(needed);
    this.#buffer[needed - 1] = NUL;
    this.#used = needed;
    return at;
  }

  #growBuffer(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, needed));
    this.#buffer.copy(grown, 0, 0, this.#used);
    this.#buffer = grown;
  }

  #push(
    sourceStart: number,
    sourceEnd: number,
    start: number,
    end: number,
    kind: TextKind,
    entry: KeyEntry,
    extra: number,
  ): void {
    const at = this.length++ * COLUMNS;
    if (at === this.#rows.length) this.#growRows();
    const rows = this.#rows;
    rows[at] = sourceStart;
    rows[at + 1] = sourceEnd;
    rows[at + 2] = start;
    rows[at + 3] = end;
    rows[at + 4] = kind;
    rows[at + 5] = extra;
    this.#entries.push(entry);
  }

  #growRows(): void {
    const grown = new Int32Array(this.#rows.length * 2);
    grown.set(this.#rows);
    this.#rows = grown;
  }
}
