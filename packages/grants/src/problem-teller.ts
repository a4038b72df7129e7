/** Problems that differ are told no more often: a server may have a new one each time. */
const TOLD_MS = 10_000;

/** Tells of a problem once, until it is solved or another one comes. */
export class ProblemTeller {
  readonly #told: (problem: unknown) => void;
  #last = "";
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(told: (problem: unknown) => void) {
    this.#told = told;
  }

  problem(problem: unknown): void {
    const reason = String(problem);
    if (reason === this.#last || performance.now() - this.#toldAtMs < TOLD_MS) return;
    this.#told(problem);
    this.#last = reason;
    this.#toldAtMs = performance.now();
  }

  solved(): void {
    this.#last = "";
  }
}
