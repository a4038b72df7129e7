interface Stoppable {
  shutdown(): Promise<void>;
}

/** Closes something once the last of those that use it was shut down, however often each of them is. */
export class CloseWithLast {
  readonly #close: () => Promise<void>;
  #users = 0;

  constructor(close: () => Promise<void>) {
    this.#close = close;
  }

  /** One more that uses it; the answer stands in its place. Its methods are its own, and none is called on `this`. */
  with<User extends Stoppable>(user: User): User {
    let isDown = false;
    this.#users++;
    return {
      ...user,
      shutdown: async () => {
        const isLast = !isDown && --this.#users === 0;
        isDown = true;
        await Promise.all([user.shutdown(), isLast ? this.#close() : undefined]);
      },
    };
  }
}
