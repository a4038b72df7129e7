import { once } from "node:events";
import http2, { type ClientHttp2Session } from "node:http2";
import { connect as connectTcp, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { LAST_WORDS_MS_MAX, sessionOver } from "../../connections/session-over.ts";
import { lookupDestination } from "../sending/refused-address.ts";
import { METADATA_BYTES_MAX } from "./metadata.ts";
import { authorityOf, type Target } from "./target.ts";

export interface Keepalive {
  /** A connection that was silent for so long is asked whether it lives; 0 never. */
  readonly timeMs: number;
  /** One that doesn't answer within this is cut. */
  readonly timeoutMs: number;
  readonly isWithoutStreams: boolean;
}

/** What a connection tells the channel that it belongs to. */
export interface ConnectionEvents {
  /** Something became free, or the connection can't be used any more. */
  changed(): void;
  /** The server said that we ask too often whether it lives. */
  pingedTooMuch(): void;
}

/** A call over a connection. */
export interface RunningCall {
  /** Whether no other call has been on its way since it began: what the server does wrong, it does in answer to this one. */
  isAlone: boolean;
}

/** Time for the answer to a ping before another connection is opened. */
export const ANSWER_MS = 500;

/** Calls at once over one connection, whatever the server would allow. */
const STREAMS_MAX = 100;

const SESSION_OPTIONS = {
  maxHeaderListPairs: 128,
  maxSettings: 32,
  maxSessionInvalidFrames: 100,
  settings: { enablePush: false, maxHeaderListSize: METADATA_BYTES_MAX },
} as const;

/** One HTTP/2 connection to a server that has said what it allows. */
export class Connection {
  readonly open: OpenSession;
  /** What it was made with. */
  readonly credentials: ConnectionOptions | undefined;
  readonly #calls = new Set<RunningCall>();
  /** Why it takes no more calls. */
  #isClosing = false;
  /** Since when it is being asked if it lives; undefined while it isn't. */
  #askedAt: number | undefined;
  readonly #keepalive: Keepalive;
  readonly #events: ConnectionEvents;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    open: OpenSession,
    credentials: ConnectionOptions | undefined,
    keepalive: Keepalive,
    events: ConnectionEvents,
  ) {
    this.open = open;
    this.credentials = credentials;
    this.#keepalive = keepalive;
    this.#events = events;
    open.session.on("goaway", (code, _last, data) => this.#goAway(code, data));
    open.session.on("close", () => this.#closed());
    this.#wait();
  }

  get isUsable(): boolean {
    const { session } = this.open;
    return !this.#isClosing && !session.closed && !session.destroyed;
  }

  get hasRoom(): boolean {
    const allowed = this.open.session.remoteSettings?.maxConcurrentStreams ?? STREAMS_MAX;
    return this.isUsable && this.#askedAt === undefined && this.#calls.size < Math.min(allowed, STREAMS_MAX);
  }

  /** Whether it was asked just now if it lives: a slow server's answer is worth a moment, a new connection only then. */
  get isAboutToAnswer(): boolean {
    return this.isUsable && this.#askedAt !== undefined && performance.now() - this.#askedAt < ANSWER_MS;
  }

  /** Takes the room that {@link hasRoom} has promised, for one call. */
  enter(): RunningCall {
    const call = { isAlone: this.#calls.size === 0 };
    for (const other of this.#calls) other.isAlone = false;
    this.#calls.add(call);
    return call;
  }

  /** Gives it back. */
  leave(call: RunningCall): void {
    this.#calls.delete(call);
    this.#events.changed();
    const { session, socket } = this.open;
    if (session.destroyed && !socket.destroyed) setTimeout(() => socket.destroy(), LAST_WORDS_MS_MAX).unref();
  }

  /** Asks whether the peer still lives, as a call had no answer in time. Cuts the connection if it doesn't answer. */
  probe(): void {
    if (this.#askedAt !== undefined || !this.isUsable) return;
    this.#askedAt = performance.now();
    const cut = setTimeout(() => this.cut(), this.#keepalive.timeoutMs);
    const { session } = this.open;
    session.once("close", () => clearTimeout(cut));
    session.ping((error) => {
      clearTimeout(cut);
      this.#askedAt = undefined;
      if (error !== null) this.cut();
      this.#events.changed();
    });
  }

  /** Takes no more calls; closes when those on their way have ended. */
  retire(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const { session, socket } = this.open;
    if (!session.closed && !socket.destroyed) session.close();
  }

  /** Ends it now, and all calls on their way with it. */
  cut(): void {
    this.#isClosing = true;
    this.open.socket.destroy();
  }

  #goAway(code: number, data: Buffer | undefined): void {
    if (code === http2.constants.NGHTTP2_ENHANCE_YOUR_CALM && data?.toString("latin1") === "too_many_pings")
      this.#events.pingedTooMuch();
    this.retire();
  }

  #closed(): void {
    clearTimeout(this.#timer);
    this.#isClosing = true;
    this.#events.changed();
  }

  #wait(): void {
    if (this.#keepalive.timeMs === 0) return;
    this.#timer = setTimeout(() => {
      if (this.#calls.size > 0 || this.#keepalive.isWithoutStreams) this.probe();
      this.#wait();
    }, this.#keepalive.timeMs);
    this.#timer.unref();
  }
}

/** A session, and the socket that is cut to end it. */
export interface OpenSession {
  readonly session: ClientHttp2Session;
  readonly socket: Socket;
}

/**
 * Opens an HTTP/2 session, and waits until the server has sent its settings: only then it is known to speak the protocol,
 * and how many calls it takes at once.
 *
 * @param credentials undefined for no TLS
 */
export async function openSession(
  target: Target,
  credentials: ConnectionOptions | undefined,
  signal: AbortSignal,
): Promise<OpenSession> {
  const socket = await openSocket(target, credentials, signal);
  const scheme = credentials === undefined ? "http" : "https";
  const session = sessionOver(socket, () =>
    http2.connect(`${scheme}://${authorityOf(target)}`, {
      ...SESSION_OPTIONS,
      createConnection: () => socket,
    }),
  );
  session.on("error", () => {}); // each call hears of it by its own stream
  try {
    await onceOpen(session, "remoteSettings", signal);
    return { session, socket };
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? error : (socket.errored ?? error);
  }
}

/** Like `once`, and fails when the session closes without an error. */
async function onceOpen(session: ClientHttp2Session, event: string, signal: AbortSignal): Promise<void> {
  const closed = new AbortController();
  session.once("close", () => closed.abort(new Error("the server closed the connection")));
  try {
    await once(session, event, { signal: AbortSignal.any([signal, closed.signal]) });
  } catch (error) {
    // `once` wraps the reason of the signal.
    throw (error as Error).name === "AbortError" ? ((error as Error).cause ?? error) : error;
  }
}

async function openSocket(
  target: Target,
  credentials: ConnectionOptions | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  const { host, port } = target;
  const options = { host, port, lookup: lookupDestination };
  const socket =
    credentials === undefined
      ? connectTcp(options)
      : connectTls({ ...options, ALPNProtocols: ["h2"], ...serverName(host), ...credentials });
  socket.setNoDelay(true);
  try {
    await once(socket, credentials === undefined ? "connect" : "secureConnect", { signal });
    // Without it, a web server that knows only HTTP/1.1 would be sent frames.
    if (credentials !== undefined && (socket as TLSSocket).alpnProtocol !== "h2") throw NO_HTTP2;
    return socket;
  } catch (error) {
    socket.on("error", () => {}); // what comes late is of no interest
    socket.destroy();
    throw (error as Error).name === "AbortError" ? ((error as Error).cause ?? error) : error;
  }
}

const NO_HTTP2 = Object.assign(new Error("the server does not speak HTTP/2"), { code: "ERR_TLS_NO_HTTP2" });

/** Addresses are no names for SNI; the certificate is checked for the address all the same. */
function serverName(host: string): { servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}
