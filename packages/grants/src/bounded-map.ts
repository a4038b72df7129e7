/** A map that makes room by its oldest entry. An entry that is set again keeps its age. */
export class BoundedMap<Value> {
  readonly #max: number;
  readonly #entries = new Map<string, Value>();
  /** Stands before the oldest. A new iterator would walk past all that were deleted since the map last grew. */
  readonly #oldest = this.#entries.keys();

  /** @param max entries, 1 or more */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#entries.size === this.#max && !this.#entries.has(key))
      this.#entries.delete(this.#oldest.next().value!);
    this.#entries.set(key, value);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }
}
