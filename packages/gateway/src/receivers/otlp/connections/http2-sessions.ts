import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from "node:http2";
import type { Socket } from "node:net";
import { LAST_WORDS_MS_MAX, sessionOver } from "../../../connections/session-over.ts";
import type { IncomingRequest, Peer } from "../incoming-request.ts";
import { Refusal } from "../refusal.ts";
import type { RequestCounter } from "../request-counter.ts";
import type { ServeRequest } from "../serve-request.ts";
import { FrameAllowance } from "./frame-allowance.ts";
import { http2Request } from "./http2.ts";

/** How connections of HTTP/2 live. Undefined is no limit. */
export interface SessionRules {
  readonly max_concurrent_streams: number;
  readonly max_headers: number;
  readonly max_header_size: number;
  /** For the TLS handshake, the preface and the first settings. */
  readonly handshake_ms: number;
  readonly idle_ms: number;
  readonly age_ms: number | undefined;
  readonly age_grace_ms: number;
  /** After so long without a byte from the peer, it is asked for a sign; and how long it may take over it. */
  readonly ping_after_ms: number | undefined;
  readonly ping_timeout_ms: number;
}

/** What a stream may send before anybody reads it. Node hands more out to the connection as a whole at once. */
const STREAM_WINDOW_BYTES = 256 * 1024;
const CONNECTION_WINDOW_BYTES = 2 * 1024 * 1024;

/** In MB: what the headers, settings and answers of one connection may take. */
const SESSION_MEMORY_MAX = 4;
const SETTINGS_MAX = 32;
const INVALID_FRAMES_MAX = 100;

/** Streams that a peer may reset at once, and then each second. */
const RESET_BURST = 200;
const RESETS_PER_SECOND = 33;

/** A request over our limits for headers is answered as long as it stays within twice those; then its stream is reset. */
const HEADROOM = 2;

const SWEEP_MS = 250;

/** Ages differ, so that the connections of one moment don't all come back at another. */
const AGE_SPREAD = 0.1;

/** The highest id of a stream: what is said before it is known which was the last. */
const LAST_STREAM_ID = 2 ** 31 - 1;

/** How long a peer may take to hear that the end is near. What it sends to an end it has not heard of is refused. */
const HEARD_MS_MAX = 1_000;

interface Connection {
  readonly session: ServerHttp2Session;
  readonly socket: Socket;
  readonly age_max_ms: number;
  readonly openedAt: number;
  hasSettings: boolean;
  /** Requests that something is still done for; a peer can't make it fewer by a reset. */
  active: number;
  idleSince: number;
  leavingSince: number | undefined;
  destroyedSince: number | undefined;
  bytesRead: number;
  heardAt: number;
  pinged: boolean;
}

/** The connections of HTTP/2 of one listener: served, watched, and brought to their end. */
export class Http2Sessions {
  readonly #rules: () => SessionRules;
  readonly #serve: ServeRequest;
  readonly #counter: RequestCounter;
  readonly #connections = new Set<Connection>();
  #sweeper: NodeJS.Timeout | undefined;

  /** @param rules asked each time: they may change */
  constructor(rules: () => SessionRules, serve: ServeRequest, counter: RequestCounter) {
    this.#rules = rules;
    this.#serve = serve;
    this.#counter = counter;
  }

  /** Serves a connection whose peer speaks HTTP/2. Bytes of it that were read before must be back in the socket. */
  accept(socket: Socket, peer: Peer): void {
    if (socket.destroyed) return;
    const session = sessionOver(socket, () => performServerHandshake(socket, this.#options()));
    const now = performance.now();
    const spread = 1 + AGE_SPREAD * (2 * Math.random() - 1);
    const connection: Connection = {
      session,
      socket,
      age_max_ms: (this.#rules().age_ms ?? Infinity) * spread,
      openedAt: now,
      hasSettings: false,
      active: 0,
      idleSince: now,
      leavingSince: undefined,
      destroyedSince: undefined,
      bytesRead: 0,
      heardAt: now,
      pinged: false,
    };
    this.#connections.add(connection);
    this.#sweeper ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    session.once("close", () => this.#forget(connection));
    session.on("error", () => {}); // it is over
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES);
    this.#watchFrames(connection);
    session.on("stream", (stream, headers, _flags, rawHeaders) => {
      stream.on("error", () => {}); // its request ends as cut off
      const request = http2Request(stream, headers, rawHeaders as unknown as string[], peer);
      void this.#answer(connection, stream, request);
    });
  }

  /** Asks every peer to go. Requests on their way are answered; new ones are the peer's to send elsewhere. */
  leave(): void {
    for (const connection of this.#connections) this.#leave(connection);
  }

  /** Cuts what is still open. */
  destroy(): void {
    for (const { socket } of this.#connections) socket.destroy();
  }

  #options(): ServerOptions {
    const { max_concurrent_streams, max_headers, max_header_size } = this.#rules();
    return {
      maxSessionMemory: SESSION_MEMORY_MAX,
      maxHeaderListPairs: HEADROOM * max_headers,
      maxSettings: SETTINGS_MAX,
      maxSessionInvalidFrames: INVALID_FRAMES_MAX,
      maxSessionRejectedStreams: INVALID_FRAMES_MAX,
      streamResetBurst: RESET_BURST,
      streamResetRate: RESETS_PER_SECOND,
      settings: {
        maxConcurrentStreams: max_concurrent_streams,
        initialWindowSize: STREAM_WINDOW_BYTES,
        // 32 bytes a header: https://www.rfc-editor.org/rfc/rfc9113#section-10.5.1
        maxHeaderListSize: HEADROOM * max_header_size + 32 * HEADROOM * max_headers,
        enableConnectProtocol: false,
      },
    };
  }

  async #answer(connection: Connection, stream: ServerHttp2Stream, request: IncomingRequest): Promise<void> {
    connection.active++;
    try {
      const isTooMuch = connection.active > this.#rules().max_concurrent_streams;
      await this.#serve(request, isTooMuch ? new Refusal("streams") : undefined);
    } finally {
      connection.active--;
      connection.idleSince = performance.now();
    }
    if (!stream.headersSent && !stream.destroyed) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  /** Peers are answered each PING and each SETTINGS; one that sends nothing else is shown the door. */
  #watchFrames(connection: Connection): void {
    const { session, socket } = connection;
    const allowance = new FrameAllowance();
    const spend = (): void => {
      if (allowance.spend(performance.now())) return;
      if (session.destroyed || socket.destroyed) return;
      this.#counter.countRefusal("flood");
      session.destroy(new Error("flood"), constants.NGHTTP2_ENHANCE_YOUR_CALM);
    };
    session.on("ping", spend);
    session.on("remoteSettings", () => {
      connection.hasSettings = true;
      spend();
    });
  }

  #sweep(): void {
    const now = performance.now();
    for (const connection of this.#connections) this.#look(connection, now);
  }

  #look(connection: Connection, now: number): void {
    const { session, socket, age_max_ms, openedAt, active, idleSince, leavingSince } = connection;
    const { handshake_ms, idle_ms, age_grace_ms, ping_after_ms } = this.#rules();
    if (session.destroyed) {
      connection.destroyedSince ??= now;
      if (now - connection.destroyedSince > LAST_WORDS_MS_MAX) socket.destroy();
      return;
    }
    if (leavingSince !== undefined) {
      if (now - leavingSince > age_grace_ms) socket.destroy();
      return;
    }
    if (!connection.hasSettings) {
      if (now - openedAt <= handshake_ms) return;
      this.#counter.countRefusal("slow");
      socket.destroy();
      return;
    }
    if (now - openedAt > age_max_ms || (active === 0 && now - idleSince > idle_ms)) {
      this.#leave(connection);
      return;
    }
    if (ping_after_ms === undefined) return;
    if (socket.bytesRead !== connection.bytesRead) {
      connection.bytesRead = socket.bytesRead;
      connection.heardAt = now;
    }
    if (now - connection.heardAt > ping_after_ms && !connection.pinged) this.#ping(connection);
  }

  #ping(connection: Connection): void {
    const { session, socket } = connection;
    connection.pinged = true;
    const cut = setTimeout(() => socket.destroy(), this.#rules().ping_timeout_ms);
    session.ping(() => {
      clearTimeout(cut);
      connection.pinged = false;
      connection.heardAt = performance.now();
    });
  }

  /**
   * First says that the end is near, and which stream was the last only once that has been heard: what the peer sent
   * in between is still served. https://www.rfc-editor.org/rfc/rfc9113#section-6.8-7
   */
  #leave(connection: Connection): void {
    const { session, socket } = connection;
    if (connection.leavingSince !== undefined || session.destroyed || socket.destroyed) return;
    connection.leavingSince = performance.now();
    session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM_ID);
    const close = (): void => {
      if (!session.destroyed && !session.closed && !socket.destroyed) session.close();
    };
    const unheard = setTimeout(close, HEARD_MS_MAX);
    session.ping(() => {
      clearTimeout(unheard);
      close();
    });
    session.once("close", () => clearTimeout(unheard));
  }

  #forget(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}
