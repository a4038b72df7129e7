import type { KeyedGrant } from "./bundle.ts";
import type { Clock } from "./clock.ts";
import { type Grant, SEVERITY_OF_LEVEL } from "./grant.ts";

/** A grant in this process: whether it holds now, and what it has left. */
export class ActiveGrant {
  readonly #clock: Clock;
  #keyed: KeyedGrant;
  #untilWallMs = 0;
  #untilMonotonicMs = 0;
  #records: number;
  #recordsAtMs: number;
  #bytesLeft: number;

  constructor(keyed: KeyedGrant, clock: Clock) {
    this.#keyed = keyed;
    this.#clock = clock;
    this.#records = keyed.grant.records_per_s;
    this.#recordsAtMs = clock.monotonicMs();
    this.#bytesLeft = keyed.grant.bytes_max;
  }

  get grant(): Grant {
    return this.#keyed.grant;
  }

  get key(): Buffer {
    return this.#keyed.key;
  }

  /** The least `severityNumber` that may be captured. */
  get severity(): number {
    return SEVERITY_OF_LEVEL[this.grant.level];
  }

  /** When it ends, in seconds since 1970. */
  get expiresAt(): number {
    return Math.floor(this.#untilWallMs / 1000);
  }

  /**
   * Takes the terms of a newer bundle. What is left of its volume stays as it is. It holds until `untilS`, and no longer than that is away from
   * `issuedAtS` on the signer's clock, whatever is done to the clock here.
   */
  renew(keyed: KeyedGrant, issuedAtS: number, untilS: number): void {
    const used = this.grant.bytes_max - this.#bytesLeft;
    this.#keyed = keyed;
    this.#bytesLeft = keyed.grant.bytes_max - used;
    this.#untilWallMs = untilS * 1000;
    this.#untilMonotonicMs = this.#clock.monotonicMs() + (untilS - issuedAtS) * 1000;
  }

  /** Takes it away at once. */
  end(): void {
    this.#untilWallMs = 0;
  }

  isInForce(): boolean {
    const now = this.#clock.wallMs();
    return (
      now < this.#untilWallMs &&
      now >= this.grant.not_before * 1000 &&
      this.#clock.monotonicMs() < this.#untilMonotonicMs
    );
  }

  /** Counts one captured record; false where the grant does not hold, or allows no more. */
  takeRecord(bytes: number): boolean {
    if (!this.isInForce() || bytes > this.#bytesLeft) return false;
    this.#refill();
    if (this.#records < 1) return false;
    this.#records--;
    this.#bytesLeft -= bytes;
    return true;
  }

  #refill(): void {
    const now = this.#clock.monotonicMs();
    const rate = this.grant.records_per_s;
    this.#records = Math.min(rate, this.#records + ((now - this.#recordsAtMs) / 1000) * rate);
    this.#recordsAtMs = now;
  }
}
