import type { Reserve } from "../../codec/growing-buffer.ts";
import { Refusal } from "./refusal.ts";

/** What one request took from the budget. */
export interface Reservation extends Reserve {
  /** Gives all of it back. May come twice. */
  release(): void;
}

/**
 * A budget of bytes for all requests that are in flight, so that memory stays bounded however many clients send and
 * however slowly. Asked before memory is taken; what does not fit is refused, to be sent again later. A request that is
 * alone always fits: sent again, it would find no more room.
 */
export class Admission {
  readonly #bytesMax: () => number;
  #taken = 0;

  /** @param bytesMax asked each time: it may change */
  constructor(bytesMax: () => number) {
    this.#bytesMax = bytesMax;
  }

  get takenBytes(): number {
    return this.#taken;
  }

  open(): Reservation {
    let mine = 0;
    return {
      take: (bytes) => {
        const others = this.#taken - mine;
        if (others > 0 && this.#taken + bytes > this.#bytesMax()) throw new Refusal("overloaded");
        this.#taken += bytes;
        mine += bytes;
      },
      release: () => {
        this.#taken -= mine;
        mine = 0;
      },
    };
  }
}
