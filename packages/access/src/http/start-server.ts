import { constants } from "node:crypto";
import { createServer as createHttpServer, type RequestListener, type Server, STATUS_CODES } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import { close, type Endpoint, listen } from "@scrim/gateway";
import { problemOf } from "./problem.ts";
import { Refusal, type RefusalReason } from "./refusal.ts";

/** Each idle connection costs some 10 KiB. Each process of a service has two. */
const CONNECTIONS_MAX = 2_048;
const HEADER_BYTES_MAX = 16 * 1024;

/** Requests are small: one that takes longer is held open on purpose. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const CHECK_MS = 500;

/** How long requests on their way may take when the server stops. */
const GRACE_MS = 2_000;

/** PEM texts. */
export interface TlsTexts {
  readonly cert: string;
  readonly key: string;
  /** Authorities of clients' certificates. */
  readonly clientCa?: string;
}

export interface ServerOptions {
  readonly endpoint: Endpoint;
  /** The key that says where to listen, for errors. */
  readonly path: string;
  readonly tls?: TlsTexts | undefined;
  readonly fetch: (request: Request, env: never) => Response | Promise<Response>;
  /** For tests of slow requests. */
  readonly requestMs?: number;
}

export interface RunningServer {
  /** Where it listens: the port is the one taken, if 0 was asked for. */
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

/** @throws {OperatingError} `LISTEN_FAILED` */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { fetch, tls, requestMs = REQUEST_MS } = options;
  const limits = {
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: Math.min(HEADERS_MS, requestMs),
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, requestMs),
    insecureHTTPParser: false,
  };
  const listener = getRequestListener(fetch as Parameters<typeof getRequestListener>[0], {
    overrideGlobalObjects: false,
  }) as RequestListener;
  const server: Server =
    tls === undefined
      ? createHttpServer(limits, listener)
      : createHttpsServer(
          {
            ...limits,
            cert: tls.cert,
            key: tls.key,
            minVersion: "TLSv1.2",
            // A handshake in the middle of a connection costs the server more than the client.
            secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
            ...(tls.clientCa !== undefined && {
              ca: tls.clientCa,
              requestCert: true,
              rejectUnauthorized: false,
            }),
          },
          listener,
        );
  server.maxConnections = CONNECTIONS_MAX;
  server.on("clientError", refuseClient);
  const endpoint = await listen(server, options.endpoint, options.path);
  return { endpoint, close: () => close(server, GRACE_MS) };
}

/** What Node calls the ways a request can fail to become one. */
const REASONS: Readonly<Record<string, RefusalReason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "slow",
  HPE_HEADER_OVERFLOW: "header_size",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "too_large",
};

/** Answers what Node's parser refuses as any other refusal. */
function refuseClient(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const { status, title, reason } = problemOf(new Refusal(REASONS[error.code ?? ""] ?? "malformed"));
  const body = JSON.stringify({ status, title, reason });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
