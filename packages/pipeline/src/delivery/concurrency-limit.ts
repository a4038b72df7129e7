import type { Clock } from "./clock.ts";
import { MovingAverage } from "./moving-average.ts";
import type { SendingQueue } from "./sending-queue.ts";

/** Vector's settings of its adaptive concurrency, which its simulations were tuned with. */
const EWMA_ALPHA = 0.4;
const DECREASE_RATIO = 0.9;
const RTT_DEVIATION_SCALE = 2.5;

type LimitSettings = Pick<SendingQueue, "num_consumers" | "adaptive">;

/** How a request ended, for who decides how many may be on their way. */
export type Ending =
  /** The destination took it, or refused it for good: the time it needed counts. */
  | "answered"
  /** It was too slow, too busy or not there. */
  | "pushed_back"
  /** It says nothing about the destination: it was never sent. */
  | "unsent";

/**
 * How many requests may be on their way to one destination: additive increase, multiplicative decrease. Once each
 * round trip it is looked at how the last ones went. The limit grows by one if it was used to the full and answers came as
 * fast as usual; it shrinks if the destination pushed back, or took far longer than usual.
 */
export class ConcurrencyLimit {
  inFlight = 0;
  /** In [1, num_consumers]. */
  #limit = 1;
  readonly #settings: () => LimitSettings;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];

  readonly #past = new MovingAverage(EWMA_ALPHA);
  /** Round trips since the last look. */
  #sumMs = 0;
  #count = 0;
  #hasPushedBack = false;
  /** Whether the limit was used to the full, so that it is known to be good for that much. */
  #isReached = false;
  #nextLookMs = 0;

  /** @param settings asked each time, as they may change */
  constructor(settings: () => LimitSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** How many may be on their way at present. */
  get limit(): number {
    const { num_consumers, adaptive } = this.#settings();
    return adaptive ? Math.min(this.#limit, num_consumers) : num_consumers;
  }

  /**
   * Waits for its turn; who came first goes first.
   *
   * @returns to be called once, when the request has ended; undefined if the signal aborted before its turn
   */
  async acquire(signal: AbortSignal): Promise<((ending: Ending) => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.inFlight < this.limit && this.#waiting.length === 0) this.#take();
    else if (!(await this.#turn(signal))) return undefined;
    const startMs = this.#clock.now();
    return (ending) => {
      this.inFlight--;
      this.#note(ending, startMs);
      this.#wake();
    };
  }

  #take(): void {
    this.inFlight++;
    this.#isReached ||= this.inFlight >= this.limit;
  }

  /** Resolves to true once a place was taken, to false if the signal aborted first. */
  #turn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(enter), 1);
        resolve(false);
      };
      const enter = () => {
        signal.removeEventListener("abort", leave);
        this.#take();
        resolve(true);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#waiting.push(enter);
    });
  }

  #wake(): void {
    while (this.inFlight < this.limit && this.#waiting.length > 0) this.#waiting.shift()!();
  }

  #note(ending: Ending, startMs: number): void {
    if (ending === "unsent") return;
    const nowMs = this.#clock.now();
    if (ending === "pushed_back") this.#hasPushedBack = true;
    else {
      this.#sumMs += nowMs - startMs;
      this.#count++;
    }
    if (nowMs < this.#nextLookMs) return;
    const roundTripMs = this.#count === 0 ? undefined : this.#sumMs / this.#count;
    this.#adjust(roundTripMs);
    if (roundTripMs !== undefined) this.#past.add(roundTripMs);
    this.#nextLookMs = nowMs + (this.#past.mean ?? 0);
    this.#sumMs = this.#count = 0;
    this.#hasPushedBack = this.#isReached = false;
  }

  #adjust(roundTripMs: number | undefined): void {
    const { mean, variance } = this.#past;
    const usualMs = mean ?? Number.POSITIVE_INFINITY;
    const slowMs = usualMs + RTT_DEVIATION_SCALE * Math.sqrt(variance);
    if (this.#hasPushedBack || (roundTripMs ?? 0) > slowMs) {
      this.#limit = Math.max(1, Math.floor(this.#limit * DECREASE_RATIO));
      return;
    }
    const isAsFast = mean !== undefined && roundTripMs !== undefined && roundTripMs <= usualMs;
    if (this.#isReached && isAsFast) this.#limit = Math.min(this.#limit + 1, this.#settings().num_consumers);
  }
}
