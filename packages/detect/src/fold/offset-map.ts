const COLUMNS = 4; // start, end, original start, original end

/**
 * Where the parts of a rewritten text came from. Only parts that were rewritten have a row; what lies between
 * two rows is the same on both sides. At most one row for each byte of the original, since each row stands for some.
 */
export class OffsetMap {
  /** How many parts were rewritten. */
  length = 0;
  #rows = new Int32Array(16 * COLUMNS);

  clear(): void {
    this.length = 0;
  }

  /** `[start, end)`, which may be empty, came from `[from, to)`. Rows are added in order. */
  add(start: number, end: number, from: number, to: number): void {
    const at = this.length++ * COLUMNS;
    if (at === this.#rows.length) this.#grow();
    const rows = this.#rows;
    rows[at] = start;
    rows[at + 1] = end;
    rows[at + 2] = from;
    rows[at + 3] = to;
  }

  /** The original of `[start, end)`, not empty: a part that was rewritten counts whole. */
  toOriginal(start: number, end: number): readonly [start: number, end: number] {
    return [this.#original(start, 2), this.#original(end - 1, 3)];
  }

  /** Where `offset` of the original went; for one inside a rewritten part, where that begins. */
  fromOriginal(offset: number): number {
    const at = this.#rowBefore(offset, 2);
    if (at < 0) return offset;
    const rows = this.#rows;
    return offset < rows[at + 3]! ? rows[at]! : rows[at + 1]! + offset - rows[at + 3]!;
  }

  /** Where the byte at `offset` began in the original (`column` 2), or ended (3). */
  #original(offset: number, column: number): number {
    const at = this.#rowBefore(offset, 0);
    const plain = column === 2 ? offset : offset + 1;
    if (at < 0) return plain;
    const rows = this.#rows;
    return offset < rows[at + 1]! ? rows[at + column]! : rows[at + 3]! + plain - rows[at + 1]!;
  }

  /** The last row whose `column` is not behind `offset`, as an index into the rows; negative where there is none. */
  #rowBefore(offset: number, column: number): number {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#rows[middle * COLUMNS + column]! <= offset) low = middle + 1;
      else high = middle;
    }
    return (low - 1) * COLUMNS;
  }

  #grow(): void {
    const grown = new Int32Array(this.#rows.length * 2);
    grown.set(this.#rows);
    this.#rows = grown;
  }
}
