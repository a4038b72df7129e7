import type { IncomingMessage, ServerResponse } from "node:http";
import { REFUSALS, type Refusal } from "./refusal.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const NOTHING = Buffer.alloc(0);

export function bundleReply(version: string, bytes: Buffer): Reply {
  return {
    status: 200,
    headers: { ...bundleHeaders(version), "content-type": "application/octet-stream" },
    body: bytes,
  };
}

export function notModifiedReply(version: string): Reply {
  return { status: 304, headers: bundleHeaders(version), body: NOTHING };
}

function bundleHeaders(version: string): Record<string, string> {
  return { etag: `"${version}"`, "cache-control": "no-cache", vary: "accept" };
}

export function jsonReply(value: unknown): Reply {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(value)) };
}

/** Problem details (RFC 9457). `allow` is what is served at the path. */
export function refusalReply({ reason }: Refusal, allow: string): Reply {
  const { status, title } = REFUSALS[reason];
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(status === 401 && { "www-authenticate": "Bearer" }),
      ...(status === 405 && { allow }),
      ...(status === 503 && { "retry-after": "1" }),
    },
    body: Buffer.from(JSON.stringify({ status, title, reason })),
  };
}

/**
 * How much of a refused request is still taken, and for how long, so that the client gets to read the answer: a connection that is
 * closed with bytes unread is reset.
 */
const LINGER_BYTES_MAX = 4 << 20;
const LINGER_MS_MAX = 1_000;

/** Sends an answer. Where the request was not read to its end, the connection closes behind it. */
export function sendReply(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (response.destroyed || response.headersSent || !request.socket.writable) return;
  const headers = {
    ...reply.headers,
    ...(reply.status !== 304 && { "content-length": String(reply.body.length) }),
  };
  if (request.complete) {
    response.writeHead(reply.status, headers).end(reply.body);
    return;
  }
  response.writeHead(reply.status, { ...headers, connection: "close" });
  response.write(reply.body);
  let bytes = 0;
  const timer = setTimeout(finish, LINGER_MS_MAX);
  function finish(): void {
    clearTimeout(timer);
    request.pause();
    response.end();
  }
  request.on("data", (part: Buffer) => {
    bytes += part.length;
    if (bytes > LINGER_BYTES_MAX) finish();
  });
  request.once("end", finish);
  request.once("close", finish);
  request.resume();
}
