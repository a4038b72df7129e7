import { type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Encoding } from "../../../otlp/encoding.ts";
import { encodingOf, refusalReply } from "../http/reply.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import type { Reply } from "../reply.ts";
import type { RequestCounter } from "../request-counter.ts";
import { LINGER_MS_MAX, sendReply } from "./http1.ts";

/** What Node calls the ways a request can fail to become one. */
const REASONS: Readonly<Record<string, RefusalReason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "slow",
  HPE_HEADER_OVERFLOW: "header_size",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "too_large",
};

/** A request that has begun, and has no whole answer yet. */
interface Begun {
  readonly encoding: Encoding;
  readonly response: ServerResponse;
}

/**
 * Answers what Node's parser refuses (a request with both Content-Length and Transfer-Encoding, for one) like any
 * other refusal, with a Status body. Where the headers were read, in their encoding; otherwise in JSON.
 */
export function handleHttp1Errors(server: Server, counter: RequestCounter): void {
  const begun = new WeakMap<Duplex, Begun>();
  for (const event of ["request", "checkContinue"])
    server.prependListener(event, (request, response) => {
      begun.set(request.socket, { encoding: encodingOf({ headers: request.rawHeaders }), response });
      response.once("finish", () => begun.delete(request.socket));
    });

  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const request = begun.get(socket);
    if (!socket.writable || error.code === "ECONNRESET" || request?.response.headersSent) {
      socket.destroy();
      return;
    }
    const refusal = new Refusal(REASONS[error.code ?? ""] ?? "malformed_http");
    if (request === undefined) counter.countRefusal(refusal.reason); // one that had begun is counted by its handler
    sendRawReply(socket, refusalReply(refusal, request?.encoding ?? "json", Infinity));
  });

  server.on("checkExpectation", (request, response) => {
    const refusal = new Refusal("expectation");
    counter.countRefusal(refusal.reason);
    sendReply(
      request,
      response,
      refusalReply(refusal, encodingOf({ headers: request.rawHeaders }), Infinity),
    );
  });
}

/** Answers on a connection whose request never became one, and closes it, whether the peer does so or not. */
function sendRawReply(socket: Duplex, { status, headers, body }: Reply): void {
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries({ ...headers, connection: "close" }).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
  const timer = setTimeout(() => socket.destroy(), LINGER_MS_MAX);
  socket.once("close", () => clearTimeout(timer));
}
