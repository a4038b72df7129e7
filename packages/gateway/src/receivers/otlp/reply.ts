import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type Encoding, MEDIA_TYPES } from "../../otlp/encoding.ts";
import { encodeStatus } from "../../otlp/status.ts";
import { REFUSALS, type Refusal } from "./refusal.ts";

/** An answer, whole: bodies are small, and never compressed. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export function successReply(encoding: Encoding, body: Buffer): Reply {
  return { status: 200, headers: bodyHeaders(encoding, body), body };
}

const MS_PER_SECOND = 1_000;

/** Clients that were told the same delay would all come back at once. */
const RETRY_AFTER_SECONDS = { min: 1, spread: 4, max: 60 } as const;

/** The answer to a request that was refused: google.rpc.Status in the request's own encoding. */
export function refusalReply(refusal: Refusal, encoding: Encoding, bytesMax: number): Reply {
  const { http, rpc } = REFUSALS[refusal.reason];
  const { message, violation } = refusal;
  const detailed = refusal.reason === "malformed" && violation !== undefined;
  const status = encodeStatus({ code: rpc, message, ...(detailed ? { violation } : {}) }, encoding);
  const body = status.length <= bytesMax ? status : Buffer.alloc(0);
  const headers = {
    ...bodyHeaders(encoding, body),
    ...(http === 405 ? { allow: "POST" } : {}),
    ...(http === 503 ? { "retry-after": String(retryAfterSeconds(refusal.retryAfterMs)) } : {}),
  };
  return { status: http, headers, body };
}

function retryAfterSeconds(askedMs: number): number {
  const { min, spread, max } = RETRY_AFTER_SECONDS;
  const own = min + Math.floor(Math.random() * spread);
  return Math.min(max, Math.max(own, Math.ceil(askedMs / MS_PER_SECOND)));
}

function bodyHeaders(encoding: Encoding, body: Buffer): Record<string, string> {
  return { "content-type": MEDIA_TYPES[encoding], "content-length": String(body.length) };
}

/**
 * How much of a refused request is still taken from the network, and for how long, so that the client gets to read
 * the answer: a connection closed with bytes unread is reset, and the answer may be lost with it.
 */
const LINGER_BYTES_MAX = 64 * 1024 * 1024;
const LINGER_MS_MAX = 2_000;

/** Sends an answer. Where the request was not read to its end, the connection closes behind it. */
export function sendReply(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  // The peer is gone, or what it sent has been answered as no HTTP.
  if (response.destroyed || response.headersSent || !request.socket.writable) return;
  if (request.complete) {
    response.writeHead(reply.status, reply.headers);
    response.end(reply.body);
    return;
  }
  response.writeHead(reply.status, { ...reply.headers, connection: "close" });
  response.write(reply.body);
  linger(request, () => response.end());
}

function linger(request: IncomingMessage, done: () => void): void {
  let bytes = 0;
  const timer = setTimeout(finish, LINGER_MS_MAX);
  function finish(): void {
    clearTimeout(timer);
    request.pause();
    done();
  }
  request.on("data", (piece: Buffer) => {
    bytes += piece.length;
    if (bytes > LINGER_BYTES_MAX) finish();
  });
  request.once("end", finish);
  request.once("close", finish);
  request.resume();
}

/** Answers on a connection whose request never became one, and closes it. */
export function sendRawReply(socket: Duplex, { status, headers, body }: Reply): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries({ ...headers, connection: "close" }).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
}
