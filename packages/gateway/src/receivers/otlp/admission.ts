import type { Reserve } from "../../codec/growing-buffer.ts";
import { Refusal } from "./refusal.ts";

/** What one request took from the budget. */
export interface Reservation extends Reserve {
  /** Gives all of it back. May come twice. */
  release(): void;
}

/**
 * A budget of bytes for all requests that are in flight, so that memory stays bounded however many clients send and
 * however slowly. Asked before memory is taken; what does not fit is refused, to be sent again later.
 */
export class Admission {
  readonly #max: number;
  /** Always ≤ the maximum. */
  #taken = 0;

  constructor(bytesMax: number) {
    this.#max = bytesMax;
  }

  get takenBytes(): number {
    return this.#taken;
  }

  open(): Reservation {
    let mine = 0;
    return {
      take: (bytes) => {
        if (this.#taken + bytes > this.#max) throw new Refusal("overloaded");
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
