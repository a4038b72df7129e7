import { once } from "node:events";
import { get as getByHttp, type IncomingMessage } from "node:http";
import { get as getByHttps } from "node:https";
import { OperatingError } from "@scrim/errors";
import type { Intake } from "./document-intake.ts";
import { readEvents } from "./event-stream.ts";
import { DOCUMENT_BYTES_MAX } from "./signed-document.ts";
import type { BundleSource } from "./sources.ts";

/** Without a sign of life for so long a stream is taken for dead. Servers send a comment every 15 s. */
const SILENCE_MAX_MS = 45_000;
const ANSWER_MS = 10_000;

/** How long to wait before the next try: doubled each time, and the half of it by chance, so that not all come at once. */
const WAIT_MIN_MS = 200;
const WAIT_MAX_MS = 30_000;

/** Problems that differ are told no more often: a server may have a new one each time. */
const TOLD_MS = 10_000;

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
  #etag: string | undefined;
  #lastEventId: string | undefined;

  constructor(options: HttpSourceOptions) {
    this.#options = options;
  }

  start(intake: Intake, told: (problem: unknown) => void): void {
    void this.#run(intake, told);
  }

  close(): void {
    this.#closed.abort();
  }

  async #run(intake: Intake, told: (problem: unknown) => void): Promise<void> {
    const { waitMinMs = WAIT_MIN_MS } = this.#options;
    let failures = 0;
    let lastReason = "";
    let toldAtMs = Number.NEGATIVE_INFINITY;
    while (!this.#closed.signal.aborted) {
      try {
        await this.#poll(intake);
        failures = 0;
        lastReason = "";
        await this.#stream(intake);
      } catch (problem) {
        if (this.#closed.signal.aborted) return;
        failures++;
        const reason = String(problem);
        if (reason !== lastReason && performance.now() - toldAtMs >= TOLD_MS) {
          told(problem);
          lastReason = reason;
          toldAtMs = performance.now();
        }
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
      checkStatus(response);
      intake.accept(await bytesOf(response));
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
      checkStatus(response);
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

  /** Resolves with the answer's head. The socket keeps no process alive: an open stream would for ever. */
  async #get(headers: Record<string, string>): Promise<{ response: IncomingMessage; abort: () => void }> {
    const { url, authorization } = this.#options;
    const credentials = authorization?.();
    const get = url.startsWith("https:") ? getByHttps : getByHttp;
    const request = get(url, {
      headers: { ...headers, ...(credentials !== undefined && { authorization: credentials }) },
      signal: this.#closed.signal,
    });
    request.on("socket", (socket) => socket.unref());
    const abort = () => void request.destroy();
    const timer = setTimeout(abort, ANSWER_MS).unref();
    try {
      const [response] = (await once(request, "response")) as [IncomingMessage];
      request.on("error", () => {}); // told where the answer is read
      return { response, abort };
    } catch (cause) {
      throw unreachable("no answer", cause);
    } finally {
      clearTimeout(timer);
    }
  }

  async #wait(milliseconds: number): Promise<void> {
    const { signal } = this.#closed;
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, milliseconds).unref();
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
      signal.addEventListener("abort", done, { once: true });
    });
  }
}

function checkStatus({ statusCode = 0 }: IncomingMessage): void {
  if (statusCode < 200 || statusCode > 299) throw unreachable(`status ${statusCode}`);
}

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > DOCUMENT_BYTES_MAX) throw unreachable("an answer that is too large");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Says nothing of the address, which may hold credentials. */
function unreachable(reason: string, cause?: unknown): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `no bundle came: ${reason}`, {
    hint: "what came before holds to its own end, unless the server answers again",
    cause,
  });
}
