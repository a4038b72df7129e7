/** What a test opens, and closes when it ends, last first. */
export class Opened {
  readonly #closers: (() => Promise<unknown>)[] = [];

  add<T>(one: T, close: (one: T) => Promise<unknown>): T {
    this.#closers.push(() => close(one));
    return one;
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) await close();
  }
}
