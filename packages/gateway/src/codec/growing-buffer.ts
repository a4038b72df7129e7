import { OperatingError } from "@scrim/errors";

/** Memory that must be asked for before it is taken. */
export interface Reserve {
  /** @throws {OperatingError} if there is no more */
  take(bytes: number): void;
}

const CAPACITY_MIN = 4 * 1024;

/** A size someone announced is believed up to here; past it, memory is only taken for bytes that came. */
const TRUSTED_CAPACITY_MAX = 1024 * 1024;

/**
 * Collects bytes that come in pieces. Copies each piece at once: keeping the pieces costs some 200 bytes of memory for
 * each, and a peer decides how small they are.
 */
export class GrowingBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  /** Always ≤ the capacity, which is always ≤ the limit. */
  #length = 0;
  readonly #limit: number;
  readonly #reserve: Reserve | undefined;

  /** @param announced how many bytes are said to come; 0 if unknown */
  constructor(limit: number, announced = 0, reserve?: Reserve) {
    this.#limit = limit;
    this.#reserve = reserve;
    if (announced > 0) this.#grow(Math.min(announced, TRUSTED_CAPACITY_MAX, limit));
  }

  /** @throws {OperatingError} `TOO_LARGE` past the limit, and what the reserve throws */
  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#limit) throw new OperatingError("TOO_LARGE", `over the limit of ${this.#limit} bytes`);
    if (length > this.#bytes.length)
      this.#grow(Math.min(this.#limit, Math.max(length, 2 * this.#bytes.length, CAPACITY_MIN)));
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** What was collected, without a copy. The buffer must not be appended to afterwards. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #grow(capacity: number): void {
    this.#reserve?.take(capacity - this.#bytes.length);
    const grown = Buffer.allocUnsafeSlow(capacity);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
