import { OperatingError } from "@scrim/errors";

/** Runs tasks one after the other, in the order in which they came. */
export class Turns {
  readonly #waitingMax: number;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  /** @throws {OperatingError} `STORE_UNUSABLE` where too many wait */
  async take<T>(task: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.#waitingMax) {
      throw new OperatingError("STORE_UNUSABLE", `more than ${this.#waitingMax} writers wait`);
    }
    this.#waiting++;
    const turn = this.#last.then(task).finally(() => this.#waiting--);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  /** Resolves once all that came until now is done. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
