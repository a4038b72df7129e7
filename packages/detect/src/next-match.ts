import type RE2 from "re2";

/** Separates texts. */
const NUL = 0;

/** End (exclusive) of the next match of `pattern`, which has the flag `g`, at or after `from`; -1 where there is none. */
export function matchEnd(pattern: RE2, buffer: Buffer, from: number): number {
  pattern.lastIndex = from > 0 && buffer[from - 1] === NUL ? from - 1 : from; // what a run begins behind
  return pattern.test(buffer) ? pattern.lastIndex : -1;
}

/**
 * Where a pattern matches next in a buffer that is gone through once, from its beginning to its end. What was found is
 * remembered until it is passed, so that of two patterns the one with many matches doesn't make the other read on and on.
 */
export class NextMatch {
  readonly #pattern: RE2;
  readonly #buffer: Buffer;
  #end = 0;

  constructor(pattern: RE2, buffer: Buffer) {
    this.#pattern = pattern;
    this.#buffer = buffer;
  }

  /** As {@link matchEnd}; `from` never goes back. */
  after(from: number): number {
    if (this.#end >= 0 && this.#end <= from) this.#end = matchEnd(this.#pattern, this.#buffer, from);
    return this.#end;
  }
}
