import assert from "node:assert";

const COLUMNS = 4; // start, end, from, to

/**
 * Edits to one buffer: each takes out `bytes[start, end)` and puts other bytes, or none, in their place. An
 * edit either covers one whole field, or lies inside the payload of one length-delimited field.
 *
 * One list serves batch after batch: {@link clear} keeps the memory. Edits may be added in any order;
 * {@link sort} puts them in the order of the bytes. Of two edits where one lies inside the other, the outer
 * one counts.
 */
export class EditList {
  /** How many edits there are. */
  length = 0;
  #rows = new Int32Array(64 * COLUMNS);
  #arena = Buffer.allocUnsafeSlow(4096);
  #used = 0;
  #sorted = true;

  clear(): void {
    this.length = 0;
    this.#used = 0;
    this.#sorted = true;
  }

  /** Forgets all edits but the first `length`, as they were added: before {@link sort}. */
  truncate(length: number): void {
    assert(0 <= length && length <= this.length);
    this.length = length;
  }

  /** Takes out `bytes[start, end)`. */
  drop(start: number, end: number): void {
    this.#push(start, end, this.#used, this.#used);
  }

  /** Puts a copy of `replacement` in the place of `bytes[start, end)`. */
  replace(start: number, end: number, replacement: Uint8Array): void {
    const from = this.#reserve(replacement.length);
    this.#arena.set(replacement, from);
    this.#push(start, end, from, this.#used);
  }

  start(index: number): number {
    return this.#rows[index * COLUMNS]!;
  }

  end(index: number): number {
    return this.#rows[index * COLUMNS + 1]!;
  }

  /** Length of the bytes that edit `index` puts in. */
  size(index: number): number {
    return this.#rows[index * COLUMNS + 3]! - this.#rows[index * COLUMNS + 2]!;
  }

  /** Copies the bytes that edit `index` puts in to `target` at `offset`; returns the offset behind them. */
  write(index: number, target: Buffer, offset: number): number {
    const from = this.#rows[index * COLUMNS + 2]!;
    const to = this.#rows[index * COLUMNS + 3]!;
    return offset + this.#arena.copy(target, offset, from, to);
  }

  /** Puts the edits in the order of the bytes and removes those inside another one. */
  sort(): void {
    if (this.#sorted) return;
    const rows = this.#rows;
    const order = Array.from({ length: this.length }, (_, index) => index * COLUMNS);
    order.sort((a, b) => rows[a]! - rows[b]! || rows[b + 1]! - rows[a + 1]! || a - b);
    const sorted = new Int32Array(rows.length);
    let count = 0;
    let end = -1;
    for (const row of order) {
      if (count > 0 && rows[row]! < end) {
        assert(rows[row + 1]! <= end, "edits must nest or lie apart");
        continue;
      }
      sorted.set(rows.subarray(row, row + COLUMNS), count++ * COLUMNS);
      end = rows[row + 1]!;
    }
    this.#rows = sorted;
    this.length = count;
    this.#sorted = true;
  }

  /** Of sorted edits, the first one that begins at `offset` or behind it; {@link length} where there is none. */
  firstFrom(offset: number): number {
    assert(this.#sorted);
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.start(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #push(start: number, end: number, from: number, to: number): void {
    assert(0 <= start && start < end);
    const at = this.length * COLUMNS;
    if (at === this.#rows.length) {
      const grown = new Int32Array(this.#rows.length * 2);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    const rows = this.#rows;
    if (at > 0 && start < rows[at - COLUMNS + 1]!) this.#sorted = false;
    rows[at] = start;
    rows[at + 1] = end;
    rows[at + 2] = from;
    rows[at + 3] = to;
    this.length++;
  }

  #reserve(length: number): number {
    const from = this.#used;
    if (from + length > this.#arena.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.#arena.length * 2, from + length));
      this.#arena.copy(grown, 0, 0, from);
      this.#arena = grown;
    }
    this.#used = from + length;
    return from;
  }
}
