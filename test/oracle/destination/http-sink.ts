import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import type { IssuedSignal } from "../records/items-of.ts";
import {
  BOMB_BYTES,
  type Delivery,
  GARBAGE,
  partialSuccess,
  type Sink,
  type SinkBehaviour,
  SinkBooks,
  WORKER_HEADER,
} from "./sink.ts";

const PATHS: Readonly<Record<string, IssuedSignal>> = {
  "/v1/logs": "logs",
  "/v1/traces": "traces",
  "/v1/metrics": "metrics",
  "/v1development/profiles": "profiles",
};

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE = [429, 502, 503, 504];

const PROTOBUF = { "content-type": "application/x-protobuf" };
const BOMB = gzipSync(Buffer.alloc(BOMB_BYTES));

/** One that takes OTLP over HTTP/1.1. */
export async function startHttpSink(): Promise<Sink> {
  const books = new SinkBooks();
  const server = createServer((request, response) => {
    books.began(workerOf(request));
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    void serve(request, response).catch(() => request.destroy());
  });
  server.keepAliveTimeout = 60_000;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { behaviour } = sink;
    if (behaviour.kind === "reset") {
      await readUpTo(request, behaviour.bytes);
      request.socket.resetAndDestroy();
      return;
    }
    const port = request.socket.remotePort ?? 0;
    const body = await readAll(request);
    if (behaviour.kind === "half_open") return;
    if (behaviour.kind === "refuse") {
      const { status, retry_after_s } = behaviour;
      if (retry_after_s !== undefined && RETRYABLE.includes(status))
        books.askedForTime(workerOf(request), retry_after_s);
      const header = retry_after_s === undefined ? {} : { "retry-after": String(retry_after_s) };
      response.writeHead(status, { ...PROTOBUF, ...header }).end();
      return;
    }
    const signal = PATHS[request.url ?? ""];
    if (signal === undefined) {
      response.writeHead(404).end();
      return;
    }
    const delivery = books.took(signal, request.headers["content-encoding"], body, port);
    if (behaviour.kind === "slow") await new Promise((resolve) => setTimeout(resolve, behaviour.ms));
    answer(behaviour, response, delivery);
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const sink: Sink = {
    port: (server.address() as AddressInfo).port,
    deliveries: books.deliveries,
    requests: books.requests,
    pauses: books.pauses,
    behaviour: { kind: "up" },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
  return sink;
}

function workerOf({ headers }: IncomingMessage): string {
  return String(headers[WORKER_HEADER] ?? "");
}

function answer(behaviour: SinkBehaviour, response: ServerResponse, delivery: Delivery): void {
  switch (behaviour.kind) {
    case "take_and_reset":
      response.socket?.resetAndDestroy();
      return;
    case "endless": {
      response.writeHead(200, PROTOBUF);
      const piece = Buffer.alloc(64 * 1024);
      const more = () => {
        if (!response.destroyed) response.write(piece, () => setImmediate(more));
      };
      more();
      return;
    }
    case "bomb":
      response.writeHead(200, { ...PROTOBUF, "content-encoding": "gzip" }).end(BOMB);
      return;
    case "garbage":
      response.writeHead(200, PROTOBUF).end(GARBAGE);
      return;
    case "partial_success":
      response.writeHead(200, PROTOBUF).end(partialSuccess(behaviour.rejected));
      break;
    default:
      response.writeHead(200, PROTOBUF).end();
  }
  response.on("finish", () => {
    delivery.answered_ms = performance.now();
  });
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function readUpTo(request: IncomingMessage, bytes: number): Promise<void> {
  let read = 0;
  for await (const part of request) {
    read += (part as Buffer).length;
    if (read >= bytes) return;
  }
}
