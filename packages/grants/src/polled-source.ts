import type { Intake } from "./document-intake.ts";
import { ANSWER_MS, bytesOf, checkStatus, getHttp, waitUnref } from "./http-get.ts";
import { KEY_SET_BYTES_MAX } from "./key-set.ts";
import { ProblemTeller } from "./problem-teller.ts";
import type { BundleSource } from "./sources.ts";

/** How often a server is asked for its set of keys, at least. */
export const KEY_SET_REFRESH_MS = 60_000;

/** Two looks are so far apart, whoever wants them: a server that sends what nobody signed could have it asked for ever. */
const APART_MIN_MS = 1_000;

/** How long to wait after a failure: doubled each time, and the half of it by chance. */
const WAIT_MAX_MS = 30_000;

const WHAT = "set of keys";

export interface PolledSourceOptions {
  /** Where the set is: `https://access.internal/v1/key-set`. */
  readonly url: string;
  /** Asked for each time, so that it may be rotated: `Bearer …`. */
  readonly authorization?: () => string | undefined;
  /** How often it is asked at least, in milliseconds; {@link KEY_SET_REFRESH_MS} unless told. */
  readonly everyMs?: number;
  /** For tests of looks at once, in milliseconds. */
  readonly apartMinMs?: number;
}

/** Sets of keys from a server, which is asked every minute with `If-None-Match`, and soon when somebody wants it. Redirects are not followed. */
export class PolledSource implements BundleSource {
  readonly #options: PolledSourceOptions;
  readonly #closed = new AbortController();
  #waiting = new AbortController();
  #isWanted = false;
  #etag: string | undefined;

  constructor(options: PolledSourceOptions) {
    this.#options = options;
  }

  start(intake: Intake, told: (problem: unknown) => void): void {
    void this.#run(intake, told);
  }

  look(): void {
    this.#isWanted = true;
    this.#waiting.abort();
  }

  close(): void {
    this.#closed.abort();
    this.#waiting.abort();
  }

  async #run(intake: Intake, told: (problem: unknown) => void): Promise<void> {
    const { everyMs = KEY_SET_REFRESH_MS, apartMinMs = APART_MIN_MS } = this.#options;
    const teller = new ProblemTeller(told);
    let failures = 0;
    while (!this.#closed.signal.aborted) {
      this.#isWanted = false;
      try {
        await this.#poll(intake);
        failures = 0;
        teller.solved();
      } catch (problem) {
        if (this.#closed.signal.aborted) return;
        failures++;
        teller.problem(problem);
      }
      const waitMs =
        failures === 0 ? everyMs : Math.min(WAIT_MAX_MS, everyMs, apartMinMs * 2 ** Math.min(failures, 10));
      await waitUnref(apartMinMs, this.#closed.signal);
      await this.#waitWanted(waitMs / 2 + (Math.random() * waitMs) / 2 - apartMinMs);
    }
  }

  async #waitWanted(milliseconds: number): Promise<void> {
    if (this.#isWanted || this.#closed.signal.aborted || milliseconds <= 0) return;
    this.#waiting = new AbortController();
    await waitUnref(milliseconds, this.#waiting.signal);
  }

  async #poll(intake: Intake): Promise<void> {
    const { response, abort } = await getHttp({
      ...this.#options,
      what: WHAT,
      headers: {
        accept: "application/octet-stream",
        ...(this.#etag !== undefined && { "if-none-match": this.#etag }),
      },
      signal: this.#closed.signal,
    });
    const timer = setTimeout(abort, ANSWER_MS).unref();
    try {
      if (response.statusCode === 304) return;
      checkStatus(response, WHAT);
      intake.accept(await bytesOf(response, KEY_SET_BYTES_MAX, WHAT));
      this.#etag = response.headers.etag;
    } finally {
      clearTimeout(timer);
      abort();
    }
  }
}
