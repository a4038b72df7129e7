import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { WITNESS_REQUEST_BYTES_MAX, type Witness } from "@scrim/audit";
import { close, type Endpoint, listen } from "@scrim/gateway";

/** Requests are small: one that takes longer is held open on purpose. */
const HEADERS_MS = 5_000;
const REQUEST_MS = 10_000;
const CHECK_MS = 500;
const CONNECTIONS_MAX = 256;
const HEADER_BYTES_MAX = 8 * 1024;
const GRACE_MS = 2_000;

export interface WitnessServer {
  readonly endpoint: Endpoint;
  shutdown(): Promise<void>;
}

/** Serves a witness: `POST /add-checkpoint` (c2sp.org/tlog-witness). @throws {OperatingError} `LISTEN_FAILED` */
export async function startWitnessServer(
  witness: Witness,
  endpoint: Endpoint,
  told: (problem: unknown) => void,
): Promise<WitnessServer> {
  const server = createServer(
    {
      headersTimeout: HEADERS_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_MS,
      maxHeaderSize: HEADER_BYTES_MAX,
    },
    (request, response) => {
      answer(witness, request, response).catch((problem) => {
        told(problem);
        send(response, 500, "text/plain; charset=utf-8", "the witness can't answer\n");
      });
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  return { endpoint: await listen(server, endpoint, "--listen"), shutdown: () => close(server, GRACE_MS) };
}

async function answer(witness: Witness, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const plain = "text/plain; charset=utf-8";
  if (request.url !== "/add-checkpoint") return send(response, 404, plain, "no such address\n");
  if (request.method !== "POST") {
    response.setHeader("allow", "POST");
    return send(response, 405, plain, "POST it\n");
  }
  const body = await readBounded(request);
  if (body === undefined) return send(response, 413, plain, "too large\n");
  const { status, type, body: text } = await witness.addCheckpoint(body);
  send(response, status, type, text);
}

/** The body, or undefined where it is larger than a request can be. */
async function readBounded(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > WITNESS_REQUEST_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent) return;
  if (status === 413) response.setHeader("connection", "close");
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}
