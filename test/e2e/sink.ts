import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync, zstdDecompressSync } from "node:zlib";

interface Received {
  readonly path: string;
  readonly contentType: string;
  /** Without its compression. */
  readonly body: Buffer;
}

/** An OTLP backend that accepts everything and keeps it, to be looked through. */
export interface Sink {
  readonly url: string;
  readonly received: readonly Received[];
  /** What it answers; 200 unless set. */
  status: number;
  close(): Promise<void>;
}

export async function startSink(): Promise<Sink> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const body = decode(request, await read(request));
    if (sink.status === 200) {
      received.push({ path: request.url ?? "", contentType: request.headers["content-type"] ?? "", body });
    }
    response.writeHead(sink.status, { "content-type": "application/x-protobuf" }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sink: Sink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    status: 200,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return sink;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function decode(request: IncomingMessage, body: Buffer): Buffer {
  switch (request.headers["content-encoding"]) {
    case "gzip":
      return gunzipSync(body);
    case "zstd":
      return zstdDecompressSync(body);
    default:
      return body;
  }
}
