import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { IncomingRequest, Peer } from "../incoming-request.ts";
import type { Reply } from "../reply.ts";

/** How long a client may take to fetch its answer. */
const ANSWER_MS_MAX = 30_000;

/** A stream of HTTP/2 as a request. */
export function http2Request(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
  peer: Peer,
): IncomingRequest {
  return {
    method: headers[":method"] ?? "",
    target: headers[":path"] ?? "",
    headers: rawHeaders,
    body: stream,
    peer,
    isWhole: () => !stream.aborted,
    proceed() {
      if (headers.expect?.toLowerCase() === "100-continue") stream.additionalHeaders({ ":status": 100 });
    },
    send: (reply) => sendReply(stream, reply),
  };
}

function sendReply(stream: ServerHttp2Stream, { status, headers, body, trailers }: Reply): void {
  if (stream.destroyed || stream.closed || stream.headersSent) return;
  const isRead = stream.readableEnded || stream.endAfterHeaders;
  const head = { ...headers, ":status": status };
  if (trailers !== undefined) {
    stream.once("wantTrailers", () => stream.sendTrailers(trailers));
    stream.respond(head, { waitForTrailers: true });
    stream.end(body);
  } else if (body.length === 0) {
    stream.respond(head, { endStream: true });
  } else {
    stream.respond(head);
    stream.end(body);
  }
  stream.resume();
  // What is still on its way is not wanted. https://www.rfc-editor.org/rfc/rfc9113#section-8.1-6
  // A reset takes back what is still to be written, so it comes once the answer is on its way.
  if (!isRead) setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
  stream.setTimeout(ANSWER_MS_MAX, () => stream.close(constants.NGHTTP2_CANCEL));
}
