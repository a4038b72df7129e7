import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { MetricRegistry } from "@scrim/pipeline";
import type { Encoding } from "../../otlp/encoding.ts";
import { encodingOf, refusalCounter } from "./handle-request.ts";
import { Refusal, type RefusalReason } from "./refusal.ts";
import { refusalReply, sendRawReply, sendReply } from "./reply.ts";

/** What Node calls the ways a request can fail to become one. */
const REASONS: Readonly<Record<string, RefusalReason>> = {
  ERR_HTTP_REQUEST_TIMEOUT: "slow",
  HPE_HEADER_OVERFLOW: "header_size",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "too_large",
};

/**
 * Answers what Node's parser refuses (a request with both Content-Length and Transfer-Encoding, for one) like any
 * other refusal, with a Status body. Where the headers were read, in their encoding; otherwise in JSON.
 */
export function handleClientErrors(
  server: Server,
  options: { readonly receiver: string; readonly metrics: MetricRegistry },
): void {
  const count = refusalCounter(options);
  const encodings = new WeakMap<Duplex, Encoding>();
  for (const event of ["request", "checkContinue"])
    server.prependListener(event, (request, response) => {
      encodings.set(request.socket, encodingOf(request));
      response.once("finish", () => encodings.delete(request.socket));
    });

  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    const refusal = new Refusal(REASONS[error.code ?? ""] ?? "malformed_http");
    if (!encodings.has(socket)) count(refusal.reason); // a request that had begun is counted by its handler
    sendRawReply(socket, refusalReply(refusal, encodings.get(socket) ?? "json", Infinity));
  });

  server.on("checkExpectation", (request, response) => {
    const refusal = new Refusal("expectation");
    count(refusal.reason);
    sendReply(request, response, refusalReply(refusal, encodingOf(request), Infinity));
  });
}
