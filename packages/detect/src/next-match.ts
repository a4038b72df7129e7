import type RE2 from "re2";

/**
 * Where a pattern matches next. `exec` would say so too, and make an array and copies of what matched, which takes
 * four times as long as a search for the beginning and a test for the end.
 */
export class NextMatch {
  /** Of the match found last. */
  start = -1;
  end = -1;
  readonly #pattern: RE2;

  /** @param pattern has the flag `g` and matches no empty text */
  constructor(pattern: RE2) {
    this.#pattern = pattern;
  }

  /** Whether there is a match that begins at or after `from`. */
  find(text: Buffer, from: number): boolean {
    const pattern = this.#pattern;
    if (from >= text.length) return false;
    const context = from === 0 ? 0 : from - 1; // one byte is what assertions look back at
    const at = pattern.search(text.subarray(context) as unknown as string);
    if (at < 0) return false;
    if (context + at < from) return this.#execute(text, from);
    this.start = context + at;
    pattern.lastIndex = this.start;
    if (!pattern.test(text)) return false;
    this.end = pattern.lastIndex;
    return true;
  }

  /** A match at the byte before `from`, or one that takes it for the beginning, says nothing about those behind it. */
  #execute(text: Buffer, from: number): boolean {
    this.#pattern.lastIndex = from;
    const match = this.#pattern.exec(text);
    if (match === null) return false;
    this.start = match.index;
    this.end = match.index + match[0].length;
    return true;
  }
}
