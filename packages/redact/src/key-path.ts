/** Of a longer path only the beginning is kept: what is below can't make each key of many cost its length. */
const PREFIX_BYTES_MAX = 192;

const DOT = 0x2e;

/** The path of a nested key, `user.address.city`, written over and over while a map is read. */
export class KeyPath {
  bytes: Buffer = Buffer.allocUnsafeSlow(1024);

  /** Writes the key `source[start, end)` behind the first `prefix` bytes; returns the path's length. */
  append(prefix: number, source: Buffer, start: number, end: number): number {
    const length = prefix + end - start;
    if (length > this.bytes.length) this.#grow(length * 2);
    source.copy(this.bytes, prefix, start, end);
    return length;
  }

  /** Ends a path of `length` bytes so that the keys inside follow it; returns the prefix that they get. */
  enter(length: number): number {
    if (length === 0) return 0;
    const end = Math.min(length, PREFIX_BYTES_MAX);
    this.bytes[end] = DOT;
    return end + 1;
  }

  /** Writes a whole path, and enters it. */
  enterPath(path: string): number {
    return this.enter(this.bytes.write(path, 0, PREFIX_BYTES_MAX));
  }

  #grow(size: number): void {
    const grown = Buffer.allocUnsafeSlow(size);
    this.bytes.copy(grown);
    this.bytes = grown;
  }
}
