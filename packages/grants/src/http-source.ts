import { OperatingError } from "@scrim/errors";
import { BUNDLE_BYTES_MAX } from "./bundle.ts";
import type { BundleIntake } from "./bundle-intake.ts";
import { readEvents } from "./event-stream.ts";
import type { BundleSource } from "./sources.ts";

/** Without a sign of life for so long a stream is taken for dead. Servers send a comment every 15 s. */
const SILENCE_MAX_MS = 45_000;
const ANSWER_MS = 10_000;

/** How long to wait before the next try: doubled each time, and the half of it by chance, so that not all come at once. */
const WAIT_MIN_MS = 200;
const WAIT_MAX_MS = 30_000;

/** A bundle is base64 in an event. */
const EVENT_BYTES_MAX = Math.ceil(BUNDLE_BYTES_MAX / 3) * 4 + 1_024;

export interface HttpSourceOptions {
  /** Where bundles are: `https://access.internal/v1/bundles/checkout/production`. */
  readonly url: string;
  /** Asked for each time, so that it may be rotated: `Bearer …`. */
  readonly authorization?: () => string | undefined;
  /** For tests of the waiting between tries, in milliseconds. */
  readonly waitMinMs?: number;
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

  start(intake: BundleIntake, told: (problem: unknown) => void): void {
    void this.#run(intake, told);
  }

  close(): void {
    this.#closed.abort();
  }

  async #run(intake: BundleIntake, told: (problem: unknown) => void): Promise<void> {
    const { waitMinMs = WAIT_MIN_MS } = this.#options;
    const accept = (bytes: Buffer) => {
      try {
        intake.accept(bytes);
      } catch (problem) {
        told(problem);
      }
    };
    let failures = 0;
    while (!this.#closed.signal.aborted) {
      try {
        await this.#poll(accept);
        failures = 0;
        await this.#stream(accept);
      } catch (problem) {
        if (this.#closed.signal.aborted) return;
        if (failures === 0) told(problem);
        failures++;
      }
      const wait = Math.min(WAIT_MAX_MS, waitMinMs * 2 ** Math.min(failures, 10));
      await this.#wait(wait / 2 + (Math.random() * wait) / 2);
    }
  }

  /** Asks once. */
  async #poll(accept: (bytes: Buffer) => void): Promise<void> {
    const headers = this.#etag === undefined ? {} : { "if-none-match": this.#etag };
    const { response, abort } = await this.#fetch({ accept: "application/octet-stream", ...headers });
    try {
      if (response.status === 304) return;
      this.#check(response);
      accept(await bytesOf(response));
      this.#etag = response.headers.get("etag") ?? undefined;
    } finally {
      abort();
    }
  }

  /** Listens until the stream ends. */
  async #stream(accept: (bytes: Buffer) => void): Promise<void> {
    const resume = this.#lastEventId === undefined ? {} : { "last-event-id": this.#lastEventId };
    const { response, abort } = await this.#fetch({ accept: "text/event-stream", ...resume });
    let silence: NodeJS.Timeout | undefined;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(abort, SILENCE_MAX_MS).unref();
    };
    try {
      if (!(response.headers.get("content-type") ?? "").startsWith("text/event-stream")) {
        await this.#wait(WAIT_MAX_MS / 3); // a server that does not push is asked
        return;
      }
      this.#check(response);
      heard();
      for await (const { id, event, data } of readEvents(response.body!, EVENT_BYTES_MAX, heard)) {
        if (event === "bundle") accept(Buffer.from(data, "base64"));
        if (id !== undefined) this.#lastEventId = id;
      }
    } finally {
      clearTimeout(silence);
      abort();
    }
  }

  async #fetch(headers: Record<string, string>): Promise<{ response: Response; abort: () => void }> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    this.#closed.signal.addEventListener("abort", abort, { once: true });
    const timer = setTimeout(abort, ANSWER_MS);
    const authorization = this.#options.authorization?.();
    try {
      const response = await fetch(this.#options.url, {
        headers: { ...headers, ...(authorization !== undefined && { authorization }) },
        redirect: "error",
        signal: controller.signal,
      });
      return {
        response,
        abort: () => {
          this.#closed.signal.removeEventListener("abort", abort);
          abort();
        },
      };
    } catch (cause) {
      throw unreachable("no answer", cause);
    } finally {
      clearTimeout(timer);
    }
  }

  #check(response: Response): void {
    if (!response.ok) throw unreachable(`status ${response.status}`);
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

async function bytesOf(response: Response): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body!) {
    length += part.length;
    if (length > BUNDLE_BYTES_MAX) throw unreachable("an answer that is too large");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Says nothing of the address, which may hold credentials. */
function unreachable(reason: string, cause?: unknown): OperatingError {
  return new OperatingError("SOURCE_UNREACHABLE", `no bundle of grants: ${reason}`, {
    hint: "grants end with their bundle until the server answers again",
    cause,
  });
}
