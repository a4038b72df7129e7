import type { Intake } from "./document-intake.ts";
import { readEvents } from "./event-stream.ts";
import { ANSWER_MS, bytesOf, checkStatus, getHttp, type HttpAnswer, waitUnref } from "./http-get.ts";
import { ProblemTeller } from "./problem-teller.ts";
import { DOCUMENT_BYTES_MAX } from "./signed-document.ts";
import type { BundleSource } from "./sources.ts";

/** Without a sign of life for so long a stream is taken for dead. Servers send a comment every 15 s. */
const SILENCE_MAX_MS = 45_000;

/** How long to wait before the next try: doubled each time, and the half of it by chance, so that not all come at once. */
const WAIT_MIN_MS = 200;
const WAIT_MAX_MS = 30_000;

/** What comes, for messages. */
const WHAT = "bundle";

/** Ids that can be sent back in a header. */
const SENDABLE = /^[\x20-\x7e]{1,256}$/;

/** A bundle is base64 in an event. */
const EVENT_BYTES_MAX = Math.ceil(DOCUMENT_BYTES_MAX / 3) * 4 + 1_024;

export interface HttpSourceOptions {
  /** Where bundles are: `https://access.internal/v1/bundles/checkout/production`. */
  readonly url: string;
  /** Asked for each time, so that it may be rotated: `Bearer …`. */
  readonly authorization?: () => string | undefined;
  /** For tests of the waiting between tries, in milliseconds. */
  readonly waitMinMs?: number;
  /** For tests of streams that have gone silent, in milliseconds. */
  readonly silenceMaxMs?: number;
}

/**
 * Bundles from a server: pushed as server-sent events (WHATWG HTML, section 9.2), whose `data` is a bundle in base64, and asked for
 * with `If-None-Match` where no stream stands. Redirects are not followed.
 */
export class HttpSource implements BundleSource {
  readonly #options: HttpSourceOptions;
  readonly #closed = new AbortController();
  #waiting = new AbortController();
  #etag: string | undefined;
  #lastEventId: string | undefined;

  constructor(options: HttpSourceOptions) {
    this.#options = options;
  }

  start(intake: Intake, told: (problem: unknown) => void): void {
    void this.#run(intake, told);
  }

  /** Tries again at once where it waits before the next try. */
  look(): void {
    this.#waiting.abort();
  }

  close(): void {
    this.#closed.abort();
    this.#waiting.abort();
  }

  async #run(intake: Intake, told: (problem: unknown) => void): Promise<void> {
    const { waitMinMs = WAIT_MIN_MS } = this.#options;
    const teller = new ProblemTeller(told);
    let failures = 0;
    while (!this.#closed.signal.aborted) {
      try {
        await this.#poll(intake);
        failures = 0;
        teller.solved();
        await this.#stream(intake);
      } catch (problem) {
        if (this.#closed.signal.aborted) return;
        failures++;
        teller.problem(problem);
      }
      const wait = Math.min(WAIT_MAX_MS, waitMinMs * 2 ** Math.min(failures, 10));
      await this.#wait(wait / 2 + (Math.random() * wait) / 2);
    }
  }

  /** Asks once. What is refused is a failure, so that a server which has nothing else is asked ever less often. */
  async #poll(intake: Intake): Promise<void> {
    const headers = this.#etag === undefined ? {} : { "if-none-match": this.#etag };
    const { response, abort } = await this.#get({ accept: "application/octet-stream", ...headers });
    const timer = setTimeout(abort, ANSWER_MS).unref();
    try {
      if (response.statusCode === 304) return;
      checkStatus(response, WHAT);
      intake.accept(await bytesOf(response, DOCUMENT_BYTES_MAX, WHAT));
      this.#etag = response.headers.etag;
    } finally {
      clearTimeout(timer);
      abort();
    }
  }

  /** Listens until the stream ends. */
  async #stream(intake: Intake): Promise<void> {
    const resume = this.#lastEventId === undefined ? {} : { "last-event-id": this.#lastEventId };
    const { silenceMaxMs = SILENCE_MAX_MS } = this.#options;
    const { response, abort } = await this.#get({ accept: "text/event-stream", ...resume });
    let silence: NodeJS.Timeout | undefined;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(abort, silenceMaxMs).unref();
    };
    try {
      if (response.headers["content-type"]?.startsWith("text/event-stream") !== true) {
        await this.#wait(WAIT_MAX_MS / 3); // a server that does not push is asked
        return;
      }
      checkStatus(response, WHAT);
      heard();
      for await (const { id, event, data } of readEvents(response, EVENT_BYTES_MAX, heard)) {
        if (event === "bundle") intake.accept(Buffer.from(data, "base64"));
        if (id !== undefined && SENDABLE.test(id)) this.#lastEventId = id;
      }
    } finally {
      clearTimeout(silence);
      abort();
    }
  }

  #get(headers: Record<string, string>): Promise<HttpAnswer> {
    return getHttp({ ...this.#options, what: WHAT, headers, signal: this.#closed.signal });
  }

  async #wait(milliseconds: number): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#waiting = new AbortController();
    await waitUnref(milliseconds, this.#waiting.signal);
  }
}
