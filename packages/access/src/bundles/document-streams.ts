import type { ServerResponse } from "node:http";
import type { IssuedDocument } from "./document-issuer.ts";

/** Each holds a connection, and at most one document that is on its way. */
const STREAMS_MAX = 1_000;

/** The document as it is now; undefined where there is none any more. */
export type CurrentDocument = () => Promise<IssuedDocument | undefined>;

interface Stream {
  readonly current: CurrentDocument;
  readonly response: ServerResponse;
  /** Version of the document that the client has; what it says itself, to begin with. */
  sent: string | undefined;
}

/** Server-sent events to who listens for documents. A client that does not read what it gets is cut: it comes back, and asks. */
export class DocumentStreams {
  readonly #streams = new Set<Stream>();
  readonly #timers: readonly NodeJS.Timeout[];
  /** Of one document for all its streams. */
  readonly #events = new WeakMap<IssuedDocument, Buffer>();
  #isPushing = false;
  #isPushWanted = false;

  /** `refreshMs`: how old a document becomes before there is a newer one, which is looked for twice in that time. `commentMs`: how often a sign is given. */
  constructor(refreshMs: number, commentMs: number) {
    this.#timers = [
      setInterval(() => this.#comment(), commentMs),
      setInterval(() => void this.push(), refreshMs / 2),
    ];
  }

  /** Whether one more may begin. */
  get hasRoom(): boolean {
    return this.#streams.size < STREAMS_MAX;
  }

  /** Begins a stream with the document as it is now, unless the client says that it has that one. */
  open(current: CurrentDocument, response: ServerResponse, lastEventId: string | undefined): void {
    const stream: Stream = { current, response, sent: lastEventId };
    this.#streams.add(stream);
    response.once("close", () => this.#streams.delete(stream));
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": bundles\n\n");
    void this.#send(stream);
  }

  /** Sends what is new to all that listen. What is wanted while it is under way comes behind it, once. */
  async push(): Promise<void> {
    this.#isPushWanted = true;
    if (this.#isPushing) return;
    this.#isPushing = true;
    while (this.#isPushWanted) {
      this.#isPushWanted = false;
      await Promise.all([...this.#streams].map((stream) => this.#send(stream)));
    }
    this.#isPushing = false;
  }

  async #send(stream: Stream): Promise<void> {
    const { current, response } = stream;
    let document: IssuedDocument | undefined;
    try {
      document = await current();
    } catch {
      return; // none can be issued now; the next push tries again
    }
    if (response.destroyed) return;
    if (document === undefined) {
      response.end(); // it asks again, and is told
      return;
    }
    if (document.version === stream.sent) return;
    if (response.writableNeedDrain) {
      response.destroy();
      return;
    }
    stream.sent = document.version;
    response.write(this.#eventOf(document));
  }

  #eventOf(document: IssuedDocument): Buffer {
    let event = this.#events.get(document);
    if (event === undefined) {
      const data = document.bytes.toString("base64");
      event = Buffer.from(`id: ${document.version}\nevent: bundle\ndata: ${data}\n\n`);
      this.#events.set(document, event);
    }
    return event;
  }

  #comment(): void {
    for (const { response } of this.#streams) if (!response.writableNeedDrain) response.write(":\n\n");
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const { response } of this.#streams) response.end();
  }
}
