import type { ServerResponse } from "node:http";
import type { ServiceName } from "../grants/grant-store.ts";
import type { IssuedBundle } from "./bundle-issuer.ts";
import { Refusal } from "./refusal.ts";

/** Each holds a connection, and at most one bundle that is on its way. */
const STREAMS_MAX = 1_000;

/** Clients take a stream for dead after 45 s without a sign. */
export const COMMENT_MS = 15_000;

/** The bundle of a service as it is now; undefined where it is not enrolled any more. */
export type CurrentBundle = (name: ServiceName) => Promise<IssuedBundle | undefined>;

interface Stream {
  readonly name: ServiceName;
  readonly response: ServerResponse;
  /** Version of the bundle that the client has; what it says itself, to begin with. */
  sent: string | undefined;
}

/** Server-sent events to who listens for bundles. A client that does not read what it gets is cut: it comes back, and asks. */
export class BundleStreams {
  readonly #current: CurrentBundle;
  readonly #streams = new Set<Stream>();
  readonly #timers: readonly NodeJS.Timeout[];
  /** Of one bundle for all its streams. */
  readonly #events = new WeakMap<IssuedBundle, Buffer>();

  /** `refreshMs`: how old a bundle becomes before there is a newer one, which is looked for twice in that time. `commentMs`: how often a sign is given. */
  constructor(current: CurrentBundle, refreshMs: number, commentMs: number) {
    this.#current = current;
    this.#timers = [
      setInterval(() => this.#comment(), commentMs),
      setInterval(() => this.push(), refreshMs / 2),
    ];
  }

  /** @throws {Refusal} `busy` */
  checkRoom(): void {
    if (this.#streams.size >= STREAMS_MAX) throw new Refusal("busy");
  }

  /** Begins a stream with the bundle as it is now, unless the client says that it has that one. */
  open(name: ServiceName, response: ServerResponse, lastEventId: string | undefined): void {
    const stream: Stream = { name, response, sent: lastEventId };
    this.#streams.add(stream);
    response.once("close", () => this.#streams.delete(stream));
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": bundles\n\n");
    void this.#send(stream);
  }

  /** Sends what is new to all that listen. */
  push(): void {
    for (const stream of this.#streams) void this.#send(stream);
  }

  async #send(stream: Stream): Promise<void> {
    const { name, response } = stream;
    let bundle: IssuedBundle | undefined;
    try {
      bundle = await this.#current(name);
    } catch {
      return; // none can be issued now; the next push tries again
    }
    if (response.destroyed) return;
    if (bundle === undefined) {
      response.end(); // it asks again, and is told
      return;
    }
    if (bundle.version === stream.sent) return;
    if (response.writableNeedDrain) {
      response.destroy();
      return;
    }
    stream.sent = bundle.version;
    response.write(this.#eventOf(bundle));
  }

  #eventOf(bundle: IssuedBundle): Buffer {
    let event = this.#events.get(bundle);
    if (event === undefined) {
      const data = bundle.bytes.toString("base64");
      event = Buffer.from(`id: ${bundle.version}\nevent: bundle\ndata: ${data}\n\n`);
      this.#events.set(bundle, event);
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
