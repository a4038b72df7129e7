import type { IncomingMessage, ServerResponse } from "node:http";
import type { IncomingRequest, Peer } from "../incoming-request.ts";
import type { Reply } from "../reply.ts";

/** A request of HTTP/1.1. `proceed` is called when the body is wanted. */
export function http1Request(
  request: IncomingMessage,
  response: ServerResponse,
  peer: Peer,
  proceed: () => void,
): IncomingRequest {
  return {
    method: request.method ?? "",
    target: request.url ?? "",
    headers: request.rawHeaders,
    body: request,
    peer,
    isWhole: () => request.complete,
    proceed,
    send: (reply) => sendReply(request, response, reply),
  };
}

/**
 * How much of a refused request is still taken from the network, and for how long, so that the client gets to read
 * the answer: a connection closed with bytes unread is reset, and the answer may be lost with it.
 */
const LINGER_BYTES_MAX = 64 * 1024 * 1024;
export const LINGER_MS_MAX = 2_000;

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
