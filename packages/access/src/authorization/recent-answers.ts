/** Remembers the answers to what was asked lately, in two generations: when the younger is full, the older is forgotten whole. */
export class RecentAnswers<Answer> {
  readonly #generationMax: number;
  #younger = new Map<string, Answer>();
  #older = new Map<string, Answer>();

  /** @param max answers, 2 or more; at least half as many are remembered */
  constructor(max: number) {
    this.#generationMax = Math.floor(max / 2);
  }

  get size(): number {
    return this.#younger.size + this.#older.size;
  }

  /** What is asked for again grows young. */
  get(question: string): Answer | undefined {
    const young = this.#younger.get(question);
    if (young !== undefined) return young;
    const old = this.#older.get(question);
    if (old !== undefined) this.set(question, old);
    return old;
  }

  set(question: string, answer: Answer): void {
    if (this.#younger.size >= this.#generationMax) {
      this.#older = this.#younger;
      this.#younger = new Map();
    }
    this.#younger.set(question, answer);
  }
}
