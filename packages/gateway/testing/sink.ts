import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, zstdDecompressSync } from "node:zlib";

interface SinkRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Buffer;
}

/** A destination: a real server that keeps what it is sent. */
export interface Sink {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly SinkRequest[];
  /** Connections opened to it so far. */
  connections(): number;
  close(): Promise<void>;
}

/** How it answers the nth request, from 0; without an answer of its own: 200 and an empty body. */
export type Respond = (response: ServerResponse, nth: number) => void;

export async function startSink(
  respond: Respond = (response) => {
    response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  },
  port = 0,
): Promise<Sink> {
  const requests: SinkRequest[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = await request.toArray();
    const body = inflate(request.headers["content-encoding"], Buffer.concat(pieces));
    requests.push({ path: request.url ?? "", headers: request.headers, body });
    respond(response, requests.length - 1);
  });
  server.on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    requests,
    connections: () => connections,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function inflate(encoding: string | undefined, body: Buffer): Buffer {
  if (encoding === "gzip") return gunzipSync(body);
  return encoding === "zstd" ? zstdDecompressSync(body) : body;
}
