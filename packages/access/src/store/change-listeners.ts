/** Who is told of changes: soon, and each by itself. What a listener throws is nobody's to catch. */
export class ChangeListeners {
  readonly #listeners = new Set<() => void>();

  add(listener: () => void): () => void {
    const own = () => listener(); // the same function may be given twice
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  tell(): void {
    for (const listener of this.#listeners) {
      queueMicrotask(() => {
        if (this.#listeners.has(listener)) listener(); // it may have left meanwhile
      });
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
