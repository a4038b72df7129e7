/**
 * Past this a path starts over at the key at hand: decisions need names, not all of a long way to them, and a
 * long way would be paid for again at each key.
 */
const PATH_BYTES_MAX = 512;

/**
 * The path to a nested key as bytes, `user.address.city`, built up while containers are entered. What is before
 * a container's prefix stays as it is while keys inside it come and go.
 */
export class KeyPath {
  bytes: Buffer = Buffer.allocUnsafeSlow(1024);

  /** Enters the container whose own path is `path`; returns where the keys inside it begin. */
  enter(path: string): number {
    if (path === "") return 0;
    const length = Buffer.byteLength(path);
    if (length > PATH_BYTES_MAX) return 0;
    this.#grow(length + 1);
    this.bytes.write(path, 0);
    this.bytes[length] = 0x2e;
    return length + 1;
  }

  /** Puts a key behind `prefix`; returns where it ends. */
  append(prefix: number, source: Buffer, start: number, end: number): number {
    const length = prefix + end - start;
    this.#grow(length);
    source.copy(this.bytes, prefix, start, end);
    return length;
  }

  #grow(length: number): void {
    if (length <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(length * 2);
    this.bytes.copy(grown);
    this.bytes = grown;
  }
}
