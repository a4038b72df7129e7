import type { KeyedGrant } from "./bundle.ts";
import type { Clock } from "./clock.ts";
import { type Grant, SEVERITY_OF_LEVEL } from "./grant.ts";
import { RateBucket } from "./rate-bucket.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** A grant in this process: whether it holds now, and what it has left. */
export class ActiveGrant {
  readonly #clock: Clock;
  #keyed: KeyedGrant;
  #untilWallMs = 0;
  #untilMonotonicMs = 0;
  readonly #records: RateBucket;
  /** Of traces that end in errors. */
  readonly #errors: RateBucket;
  #bytesLeft: number;

  constructor(keyed: KeyedGrant, clock: Clock) {
    this.#keyed = keyed;
    this.#clock = clock;
    this.#records = new RateBucket(clock, SECOND_MS, keyed.grant.records_per_s);
    this.#errors = new RateBucket(clock, MINUTE_MS, errorsPerMinute(keyed.grant));
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
    if (!this.#records.take(this.grant.records_per_s)) return false;
    this.#bytesLeft -= bytes;
    return true;
  }

  /** Counts one trace with an error; false where the grant does not hold, is none for errors, or allows no more of them for now. */
  takeError(): boolean {
    return this.isInForce() && this.#errors.take(errorsPerMinute(this.grant));
  }
}

function errorsPerMinute({ selector }: Grant): number {
  return "on_error" in selector ? selector.on_error.traces_per_min : 0;
}
