import { OperatingError } from "@scrim/errors";

export interface RoomOptions {
  readonly bytes_max: number;
  /** Bytes that are taken at present. */
  used(): number;
  /** Makes some room by dropping; false where nothing is dropped. */
  makeRoom(): boolean;
  /** Whether those who are let in wait where it gets tight. */
  readonly slows: boolean;
  readonly wait_max_ms?: number;
}

interface Waiter {
  readonly bytes: number;
  admit(): void;
}

/** The longest that a client is made to wait: half of what clients wait for an answer by default. */
const WAIT_MAX_MS = 5_000;
/** From this share on each client waits for its answer, the longer the less room there is. */
const TIGHT = 0.75;

/** Room on the disk: who finds none waits for a bounded time, first come, first served. */
export class Room {
  readonly #options: Required<RoomOptions>;
  readonly #waiters: Waiter[] = [];
  /** Promised to those who are on their way to the disk. */
  #promised = 0;

  constructor(options: RoomOptions) {
    this.#options = { wait_max_ms: WAIT_MAX_MS, ...options };
  }

  /**
   * Resolves when there is room for `bytes`, which {@link arrived} gives back.
   *
   * @throws {OperatingError} `QUEUE_FULL`; `TOO_LARGE` for more than half of all there is
   */
  async take(bytes: number): Promise<void> {
    const { bytes_max, makeRoom, wait_max_ms } = this.#options;
    if (bytes > bytes_max / 2)
      throw new OperatingError("TOO_LARGE", "the request is larger than half of the gateway's spool", {
        hint: "send it in parts; or give service.spool.max_size more than twice of what requests may have",
      });
    while (!this.#fits(bytes) && makeRoom());
    if (this.#waiters.length === 0 && this.#fits(bytes)) {
      this.#promised += bytes;
      return;
    }
    await this.#wait(bytes, wait_max_ms);
  }

  /** What was promised is on the disk, or won't come. */
  arrived(bytes: number): void {
    this.#promised -= bytes;
    this.freed();
  }

  /** There may be more room than before. */
  freed(): void {
    for (
      let [first] = this.#waiters;
      first !== undefined && this.#fits(first.bytes);
      [first] = this.#waiters
    ) {
      this.#waiters.shift();
      this.#promised += first.bytes;
      first.admit();
    }
  }

  /** How long an answer is to be held back at present. */
  get hold_ms(): number {
    const { bytes_max, used, slows, wait_max_ms } = this.#options;
    const tightness = ((used() + this.#promised) / bytes_max - TIGHT) / (1 - TIGHT);
    return slows && tightness > 0 ? Math.min(1, tightness) * wait_max_ms : 0;
  }

  #fits(bytes: number): boolean {
    return this.#options.used() + this.#promised + bytes <= this.#options.bytes_max;
  }

  #wait(bytes: number, waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        bytes,
        admit() {
          clearTimeout(timer);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(full());
        this.freed(); // a smaller one behind it may fit
      }, waitMs);
      this.#waiters.push(waiter);
    });
  }
}

function full(): OperatingError {
  return new OperatingError("QUEUE_FULL", "the spool is full: its destinations take too little", {
    path: "service.spool.max_size",
    hint: "look at what destinations do, or give it more room",
  });
}
