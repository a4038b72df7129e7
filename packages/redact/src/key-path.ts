/**
 * Of a longer path only both ends are kept: what is below can't make each key of many cost its length. What a key means
 * is said by what stands right above it, and by where the path begins.
 */
const PREFIX_BYTES_MAX = 192;
const END_BYTES = PREFIX_BYTES_MAX / 2;

/** Each level of nesting has its prefix in a place of its own, which the levels below leave alone. */
const LEVEL_BYTES = 256;

const DOT = 0x2e;

/** The paths of nested keys, `user.address.city`, written over and over while a map is read. */
export class KeyPath {
  bytes: Buffer = Buffer.allocUnsafeSlow(8 * LEVEL_BYTES);

  /** Where the paths begin that follow a prefix which ends at `prefix`. */
  startOf(prefix: number): number {
    return prefix - (prefix % LEVEL_BYTES);
  }

  /** Writes the key `source[start, end)` behind a prefix that ends at `prefix`; returns where the path ends. */
  append(prefix: number, source: Buffer, start: number, end: number): number {
    const pathEnd = prefix + end - start;
    this.#reserve(pathEnd);
    source.copy(this.bytes, prefix, start, end);
    return pathEnd;
  }

  /** Makes the path in `bytes[start, end)` that of a container of this level; returns where its prefix ends. */
  enter(level: number, start: number, end: number): number {
    const to = level * LEVEL_BYTES;
    if (start === end) return to;
    this.#reserve(to + LEVEL_BYTES);
    const { bytes } = this;
    if (end - start <= PREFIX_BYTES_MAX) {
      bytes.copyWithin(to, start, end);
      bytes[to + end - start] = DOT;
      return to + end - start + 1;
    }
    const tail = to + END_BYTES + 1;
    bytes.copyWithin(tail, end - END_BYTES, end); // first: a long key may lie where the beginning goes
    bytes.copyWithin(to, start, start + END_BYTES);
    bytes[tail - 1] = DOT;
    bytes[tail + END_BYTES] = DOT;
    return tail + END_BYTES + 1;
  }

  /** The same for a path that is not in {@link bytes}. */
  enterPath(level: number, path: string): number {
    const start = level * LEVEL_BYTES;
    this.#reserve(start + 3 * path.length);
    return this.enter(level, start, start + this.bytes.write(path, start));
  }

  #reserve(size: number): void {
    if (size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(size * 2);
    this.bytes.copy(grown);
    this.bytes = grown;
  }
}
