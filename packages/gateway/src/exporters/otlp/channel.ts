import type { ConnectionOptions } from "node:tls";
import { OperatingError } from "@scrim/errors";
import {
  ANSWER_MS,
  Connection,
  type Keepalive,
  type OpenSession,
  openSession,
  type RunningCall,
} from "./connection.ts";
import type { Target } from "./target.ts";
import { callUnary, type UnaryAnswer, type UnaryRequest } from "./unary-call.ts";

export interface ChannelOptions {
  readonly target: Target;
  /** What new connections are made with; undefined for no TLS. Another object where files have changed. */
  readonly credentials: () => ConnectionOptions | undefined;
  readonly keepalive: Keepalive;
}

/** Connections to one server. More than one only while the server allows fewer calls on each than there are. */
const CONNECTIONS_MAX = 8;

/** How often a call that the server did not begin with is made again at once: it ended the connection just then. */
const REPEATS_MAX = 3;

/** A server that has not said its settings within this is given up. */
const CONNECT_TIMEOUT_MS = 20_000;

/** https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md, but shorter: whoever calls waits between tries too. */
const BACKOFF_MS = { first: 100, factor: 1.6, max: 10_000, jitter: 0.2 } as const;

/** The calls to one server: finds, opens and drops the connections that they go over. */
export class Channel {
  readonly #options: ChannelOptions;
  /** All that are open, also those that take no more calls. */
  #connections: Connection[] = [];
  #connecting: Promise<void> | undefined;
  #backoffMs = 0;
  /** Until then no connection is opened, since the last one failed with this. */
  #notBefore = 0;
  #failure: unknown;
  #keepaliveMs: number;
  /** Those that wait for anything to become free. */
  #wakers = new Set<() => void>();
  readonly #closed = new AbortController();

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#keepaliveMs = options.keepalive.timeMs;
  }

  /** @throws what {@link callUnary} does; an error of the connection where there is none to be had */
  async call(request: UnaryRequest, aborted: AbortSignal): Promise<UnaryAnswer> {
    const timeUp = AbortSignal.timeout(Math.max(1, Math.ceil(request.timeoutMs)));
    const signal = AbortSignal.any([aborted, timeUp]);
    let answer = await this.#callOnce(request, signal);
    for (let repeats = 0; answer.isUnprocessed && repeats < REPEATS_MAX; repeats++)
      answer = await this.#callOnce(request, signal);
    return answer;
  }

  /** Cuts everything. */
  close(): void {
    this.#closed.abort();
    for (const connection of this.#connections) connection.cut();
    this.#connections = [];
    this.#wake();
  }

  async #callOnce(request: UnaryRequest, signal: AbortSignal): Promise<UnaryAnswer> {
    const { connection, running } = await this.#acquire(signal);
    try {
      const answer = await callUnary(connection.open, request, signal);
      this.#backoffMs = 0;
      return answer;
    } catch (error) {
      // A half-open connection looks like a slow server. Only one of them answers a ping.
      if (signal.aborted) connection.probe();
      throw running.isAlone && isOurComplaint(error) ? unreadable(error) : error;
    } finally {
      connection.leave(running);
    }
  }

  /** A connection with room for a call, which is taken. */
  async #acquire(signal: AbortSignal): Promise<{ connection: Connection; running: RunningCall }> {
    for (;;) {
      signal.throwIfAborted();
      this.#closed.signal.throwIfAborted();
      this.#dropClosed();
      const free = this.#connections.find(({ hasRoom }) => hasRoom);
      if (free !== undefined) return { connection: free, running: free.enter() };
      if (this.#connections.some(({ isAboutToAnswer }) => isAboutToAnswer))
        await this.#change(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]));
      else if (this.#connections.filter(({ isUsable }) => isUsable).length < CONNECTIONS_MAX)
        await abortable(this.#connect(), signal);
      else await this.#change(signal);
    }
  }

  #dropClosed(): void {
    const credentials = this.#options.credentials();
    for (const connection of this.#connections)
      if (connection.credentials !== credentials) connection.retire();
    // Those that take no more calls may still carry some.
    this.#connections = this.#connections.filter(({ open }) => !open.session.destroyed);
  }

  /** One at a time, for all who wait. Fails at once for a while after it has failed. */
  #connect(): Promise<void> {
    if (performance.now() < this.#notBefore) return Promise.reject(this.#failure);
    this.#connecting ??= this.#open().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #open(): Promise<void> {
    const credentials = this.#options.credentials();
    const signal = AbortSignal.any([AbortSignal.timeout(CONNECT_TIMEOUT_MS), this.#closed.signal]);
    this.#backOff();
    let open: OpenSession;
    try {
      open = await openSession(this.#options.target, credentials, signal);
    } catch (error) {
      this.#failure = error;
      this.#notBefore = performance.now() + jittered(this.#backoffMs);
      throw error;
    }
    const keepalive = { ...this.#options.keepalive, timeMs: this.#keepaliveMs };
    const connection = new Connection(open, credentials, keepalive, {
      changed: () => this.#wake(),
      pingedTooMuch: () => {
        this.#keepaliveMs *= 2;
      },
    });
    this.#connections.push(connection);
  }

  /** Longer with each connection that served no call. */
  #backOff(): void {
    this.#backoffMs = Math.min(
      BACKOFF_MS.max,
      Math.max(BACKOFF_MS.first, this.#backoffMs * BACKOFF_MS.factor),
    );
  }

  /** Resolves when something became free, or the signal aborts. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#wakers.delete(done);
        resolve();
      };
      this.#wakers.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  #wake(): void {
    for (const waker of [...this.#wakers]) waker();
  }
}

/** Whether the connection ended as the server broke the protocol, as with headers of a megabyte. */
function isOurComplaint(error: unknown): boolean {
  return (error as { code?: string }).code === "ERR_HTTP2_ERROR";
}

function unreadable(cause: unknown): OperatingError {
  return new OperatingError("WIRE_MALFORMED", "the answer is not HTTP/2", { cause });
}

function jittered(ms: number): number {
  return ms * (1 - BACKOFF_MS.jitter + 2 * BACKOFF_MS.jitter * Math.random());
}

/** Like the promise; rejects with the signal's reason if that aborts first. */
function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
