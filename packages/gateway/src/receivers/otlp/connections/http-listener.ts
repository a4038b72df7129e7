import { createServer, type Server, type ServerOptions } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { Socket } from "node:net";
import type { ServerTls } from "../../../tls/server-tls.ts";
import type { HttpConfig } from "../config/http-config.ts";
import type { Peer } from "../incoming-request.ts";
import type { ServeRequest } from "../serve-request.ts";
import { closeFailedHandshakes } from "./failed-handshakes.ts";
import { http1Request, LINGER_MS_MAX } from "./http1.ts";
import { handleHttp1Errors } from "./http1-errors.ts";
import { Http2Sessions, type SessionRules } from "./http2-sessions.ts";
import { type Gate, type Listener, openListener } from "./listener.ts";
import { peerOf } from "./peer.ts";
import { sniff } from "./sniff.ts";

/** How often Node looks for connections past their timeouts. */
const TIMEOUT_CHECK_MS = 500;

type ServeSocket = (socket: Socket) => void;

/**
 * HTTP/1.1 and HTTP/2 on one port: told apart by their first bytes, or over TLS by ALPN. Node's server of HTTP/1.1
 * holds the port; connections of HTTP/2 are taken from it.
 */
export function httpListener(
  current: () => HttpConfig,
  tls: ServerTls | undefined,
  gate: Gate,
  serve: ServeRequest,
): Listener {
  const { counter, limits } = gate;
  const rules = (): SessionRules => {
    const { max_concurrent_streams, read_header_timeout, read_timeout, idle_timeout } = current();
    return {
      max_concurrent_streams,
      max_headers: limits().max_headers,
      max_header_size: limits().max_header_size,
      handshake_ms: read_header_timeout,
      idle_ms: idle_timeout,
      age_ms: undefined,
      age_grace_ms: read_timeout,
      ping_after_ms: undefined,
      ping_timeout_ms: read_header_timeout,
    };
  };
  const sessions = new Http2Sessions(rules, serve, counter);
  const options = http1Options(current(), limits().max_header_size);
  if (tls === undefined) return plainListener(createServer(options), sessions, current, gate, serve);
  const server = createTlsServer({
    ...options,
    ...tls.options(),
    ALPNProtocols: ["h2", "http/1.1"],
    handshakeTimeout: current().read_header_timeout,
  });
  tls.attach(server);
  return tlsListener(server, sessions, current, gate, serve);
}

function plainListener(
  server: Server,
  sessions: Http2Sessions,
  current: () => HttpConfig,
  gate: Gate,
  serve: ServeRequest,
): Listener {
  const [serveSocket] = server.listeners("connection") as ServeSocket[];
  serveHttp1(server, serve, gate);
  const accept = (socket: Socket): void =>
    sniff(socket, current().read_header_timeout, {
      http1: () => serveSocket!.call(server, socket),
      http2: () => sessions.accept(socket, peerOf(socket)),
      late() {
        gate.counter.countRefusal("slow");
        socket.destroy();
      },
      ended: () => socket.destroy(),
    });
  return openListener(server, sessions, gate, accept, () => setTimeouts(server, current()));
}

function tlsListener(
  server: TlsServer,
  sessions: Http2Sessions,
  current: () => HttpConfig,
  gate: Gate,
  serve: ServeRequest,
): Listener {
  const [shakeHands] = server.listeners("connection") as ServeSocket[];
  const [serveSocket] = server.listeners("secureConnection") as ServeSocket[];
  server.removeAllListeners("secureConnection");
  server.on("secureConnection", (socket) => {
    if (socket.alpnProtocol === "h2") sessions.accept(socket, peerOf(socket));
    else serveSocket!.call(server, socket);
  });
  server.removeAllListeners("tlsClientError"); // Node's own would answer it as no HTTP
  closeFailedHandshakes(server, gate.counter);
  serveHttp1(server, serve, gate);
  const accept = (socket: Socket): void => shakeHands!.call(server, socket);
  return openListener(server, sessions, gate, accept, () => setTimeouts(server, current()));
}

/** A request over our limit for headers is answered by us within twice that; Node refuses the rest. */
const HEADROOM = 2;

function http1Options(http: HttpConfig, headerBytesMax: number): ServerOptions {
  return {
    maxHeaderSize: HEADROOM * headerBytesMax,
    ...timeoutsOf(http),
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, http.read_header_timeout),
    insecureHTTPParser: false,
    joinDuplicateHeaders: false,
  };
}

function timeoutsOf(http: HttpConfig) {
  return {
    headersTimeout: http.read_header_timeout,
    // Whoever reads a body sees to it that it comes in time, and answers; this is for what nobody reads.
    requestTimeout: http.read_header_timeout + http.read_timeout + 2 * LINGER_MS_MAX,
    keepAliveTimeout: http.idle_timeout,
  };
}

function setTimeouts(server: Server | TlsServer, http: HttpConfig): void {
  Object.assign(server, timeoutsOf(http));
}

function serveHttp1(server: Server, serve: ServeRequest, { counter }: Gate): void {
  /** Asking a TLS socket for its certificate takes time, so once for each connection. */
  const peers = new WeakMap<Socket, Peer>();
  const peerBehind = (socket: Socket): Peer => {
    let peer = peers.get(socket);
    if (peer === undefined) peers.set(socket, (peer = peerOf(socket)));
    return peer;
  };
  server.on("request", (request, response) => {
    // While the server shuts down, a connection serves what it has and no more.
    if (!server.listening) response.setHeader("connection", "close");
    void serve(http1Request(request, response, peerBehind(request.socket), () => {}));
  });
  server.on("checkContinue", (request, response) => {
    const proceed = () => response.writeContinue();
    void serve(http1Request(request, response, peerBehind(request.socket), proceed));
  });
  handleHttp1Errors(server, counter);
}
